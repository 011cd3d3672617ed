import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { EmailInput, PasswordInput } from '@/components/input'
import { Notice } from '@/components/notice'
import { ProblemNotice } from '@/components/problem-notice'
import type { ProblemError } from '@/lib/problem'
import { useProblemForm } from '@/lib/use-problem-form'
import { signIn } from './sign-in'

interface Props {
  maySignUp: boolean
  /** Part of a page that has a title of its own. */
  bare?: boolean
  onDone: () => void
}

/** Email and password; says in plain words what went wrong, and how long to wait when there were too many tries. */
export function SignInForm({ maySignUp, bare = false, onDone }: Props) {
  const { t } = useTranslation('auth')
  const { register, submit, problem, formState } = useProblemForm({ email: '', password: '' })
  return (
    <form
      className="grid gap-4"
      noValidate
      onSubmit={submit(async ({ email, password }) => {
        await signIn(email, password)
        onDone()
      })}
    >
      {!bare && <title>{`${t('signIn.title')} · healther`}</title>}
      {!bare && <h1 className="text-xl font-semibold tracking-tight">{t('signIn.title')}</h1>}
      {problem && <Refusal problem={problem} />}
      <Field label={t('email')} error={formState.errors.email?.message}>
        {(ids) => <EmailInput {...ids} {...register('email', { required: t('required') })} />}
      </Field>
      <Field label={t('password')} error={formState.errors.password?.message}>
        {(ids) => <PasswordInput {...ids} {...register('password', { required: t('required') })} />}
      </Field>
      <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
        {t('signIn.do')}
      </Button>
      <Button asChild variant="link" size="bare" className="justify-self-start">
        <Link to="/forgotten">{t('signIn.forgot')}</Link>
      </Button>
      {maySignUp && (
        <p className="text-muted">
          {t('signIn.noAccount')}{' '}
          <Button asChild variant="link" size="bare">
            <Link to="/set-up">{t('signUp.do')}</Link>
          </Button>
        </p>
      )}
    </form>
  )
}

function Refusal({ problem }: { problem: ProblemError }) {
  const { t } = useTranslation('auth')
  if (problem.status === 429) {
    return (
      <Notice>
        {t('signIn.throttled', { count: Math.max(1, Math.ceil((problem.retryAfterS ?? 60) / 60)) })}
      </Notice>
    )
  }
  if (problem.status === 401) return <Notice>{t('signIn.wrong')}</Notice>
  return <ProblemNotice problem={problem} />
}
