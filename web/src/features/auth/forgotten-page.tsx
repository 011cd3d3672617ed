import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { authForgotten } from '@/client/sdk.gen'
import type { LinkPromised } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { EmailInput } from '@/components/input'
import { Notice } from '@/components/notice'
import { ProblemNotice } from '@/components/problem-notice'
import { useFormat } from '@/lib/format'
import { inOurLanguage } from '@/lib/i18n'
import { useProblemForm } from '@/lib/use-problem-form'
import { Said } from './said'

/** Has a link mailed to set a new password; what it says is the same whether or not there is such an account. */
export function ForgottenPage({ mails }: { mails: boolean }) {
  const { t } = useTranslation('recovery')
  const { duration } = useFormat()
  const [promised, setPromised] = useState<LinkPromised | null>(null)
  const back = (
    <Button asChild variant="link" size="bare">
      <Link to="/sign-in">{t('forgotten.back')}</Link>
    </Button>
  )
  if (!mails) {
    return (
      <Said title={t('forgotten.noMailTitle')} text={t('forgotten.noMail')}>
        <code className="font-mono text-xs wrap-anywhere">healther user password --email …</code>
        {back}
      </Said>
    )
  }
  if (promised) {
    const { email, minutes } = promised
    return (
      <Said
        title={t('forgotten.sentTitle')}
        text={t('forgotten.sent', { email, time: duration(minutes * 60) })}
      >
        <p className="text-muted">{t('forgotten.nothing')}</p>
        <Button
          onClick={() => {
            setPromised(null)
          }}
        >
          {t('forgotten.other')}
        </Button>
        {back}
      </Said>
    )
  }
  return (
    <>
      <AskForm onPromised={setPromised} />
      <div className="mt-4">{back}</div>
    </>
  )
}

function AskForm({ onPromised }: { onPromised: (promised: LinkPromised) => void }) {
  const { t } = useTranslation('recovery')
  const { duration } = useFormat()
  const { register, submit, problem, formState } = useProblemForm({ email: '' })
  const title = t('forgotten.title')
  return (
    <form
      className="grid gap-4"
      noValidate
      onSubmit={submit(async ({ email }) => {
        const body = { email: email.trim() }
        onPromised((await authForgotten({ body, headers: inOurLanguage(), throwOnError: true })).data)
      })}
    >
      <title>{`${title} · healther`}</title>
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 text-muted">{t('forgotten.text')}</p>
      </div>
      {problem?.status === 429 ? (
        <Notice>{t('forgotten.throttled', { time: duration(problem.retryAfterS ?? 60) })}</Notice>
      ) : (
        <ProblemNotice problem={problem} />
      )}
      <Field label={t('email')} error={formState.errors.email?.message}>
        {(ids) => <EmailInput {...ids} {...register('email', { required: t('required') })} />}
      </Field>
      <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
        {t('forgotten.do')}
      </Button>
    </form>
  )
}
