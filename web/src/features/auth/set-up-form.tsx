import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { authRegister } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { EmailInput, Input, PasswordInput } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { inOurLanguage } from '@/lib/i18n'
import { signedIn } from '@/lib/session'
import { useProblemForm } from '@/lib/use-problem-form'

interface Props {
  /** Nobody has an account yet: this one will own the installation's first workspace. */
  isFirst: boolean
  /** Gets the slug of the new workspace. */
  onDone: (workspace: string) => Promise<void>
}

/** An account and its first workspace, in one step; signed in afterwards. */
export function SetUpForm({ isFirst, onDone }: Props) {
  const { t } = useTranslation('auth')
  const { register, submit, problem, formState } = useProblemForm({
    full_name: '',
    email: '',
    password: '',
    workspace_name: '',
  })
  const { errors } = formState
  const title = isFirst ? t('setUp.title') : t('signUp.title')
  const required = t('required')
  return (
    <form
      className="grid gap-4"
      noValidate
      onSubmit={submit(async (values) => {
        const { data } = await authRegister({ body: values, headers: inOurLanguage(), throwOnError: true })
        signedIn(data)
        if (data.workspace) await onDone(data.workspace.slug)
      })}
    >
      <title>{`${title} · healther`}</title>
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 text-muted">{isFirst ? t('setUp.text') : t('signUp.text')}</p>
      </div>
      <ProblemNotice problem={problem} />
      <Field label={t('name')} error={errors.full_name?.message}>
        {(ids) => <Input {...ids} {...register('full_name', { required })} autoComplete="name" />}
      </Field>
      <Field label={t('email')} error={errors.email?.message}>
        {(ids) => <EmailInput {...ids} {...register('email', { required })} />}
      </Field>
      <Field label={t('password')} hint={t('passwordHint')} error={errors.password?.message}>
        {(ids) => <PasswordInput {...ids} {...register('password', { required })} fresh />}
      </Field>
      <Field label={t('workspace')} hint={t('workspaceHint')} error={errors.workspace_name?.message}>
        {(ids) => (
          <Input {...ids} {...register('workspace_name', { required })} autoComplete="organization" />
        )}
      </Field>
      <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
        {isFirst ? t('setUp.do') : t('signUp.do')}
      </Button>
      {!isFirst && (
        <p className="text-muted">
          {t('signUp.haveAccount')}{' '}
          <Button asChild variant="link" size="bare">
            <Link to="/sign-in">{t('signIn.do')}</Link>
          </Button>
        </p>
      )}
    </form>
  )
}
