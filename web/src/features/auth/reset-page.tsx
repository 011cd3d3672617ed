import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { authReset } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { PasswordInput } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { LinkOver } from './link-over'
import { Said } from './said'

/** Sets a new password by the link that was mailed; `token` is what stands behind its #. */
export function ResetPage({ token }: { token: string }) {
  const { t } = useTranslation('recovery')
  const [done, setDone] = useState(false)
  const { register, submit, problem, formState } = useProblemForm({ password: '' })
  if (token === '' || problem?.status === 404) {
    return (
      <LinkOver>
        <Button asChild variant="primary">
          <Link to="/forgotten">{t('over.another')}</Link>
        </Button>
      </LinkOver>
    )
  }
  if (done) {
    return (
      <Said title={t('reset.doneTitle')} text={t('reset.doneText')}>
        <Button asChild variant="primary">
          <Link to="/sign-in">{t('reset.signIn')}</Link>
        </Button>
      </Said>
    )
  }
  const title = t('reset.title')
  return (
    <form
      className="grid gap-4"
      noValidate
      onSubmit={submit(async ({ password }) => {
        await authReset({ body: { token, password }, throwOnError: true })
        setDone(true)
      })}
    >
      <title>{`${title} · healther`}</title>
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 text-muted">{t('reset.text')}</p>
      </div>
      <ProblemNotice problem={problem} />
      <Field label={t('password')} hint={t('passwordHint')} error={formState.errors.password?.message}>
        {(ids) => <PasswordInput {...ids} {...register('password', { required: t('required') })} fresh />}
      </Field>
      <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
        {t('reset.do')}
      </Button>
    </form>
  )
}
