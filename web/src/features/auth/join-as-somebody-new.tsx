import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { invitationsRegister } from '@/client/sdk.gen'
import type { InvitationSeen } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input, PasswordInput } from '@/components/input'
import { Notice } from '@/components/notice'
import { ProblemNotice } from '@/components/problem-notice'
import { inOurLanguage } from '@/lib/i18n'
import { signedIn } from '@/lib/session'
import { useProblemForm } from '@/lib/use-problem-form'

interface Props {
  seen: InvitationSeen
  token: string
  onJoined: (workspace: string) => Promise<void>
  /** Somebody finds out that they have an account. */
  onHasAccount: () => void
}

/** An account for the invited address, and the membership with it. */
export function JoinAsSomebodyNew({ seen, token, onJoined, onHasAccount }: Props) {
  const { t } = useTranslation('auth')
  const { t: ofInvitation } = useTranslation('invitations')
  const { register, submit, problem, formState } = useProblemForm({ full_name: '', password: '' })
  const { errors } = formState
  const required = t('required')
  return (
    <form
      className="grid gap-4"
      noValidate
      onSubmit={submit(async (values) => {
        const { data } = await invitationsRegister({
          body: { ...values, token },
          headers: inOurLanguage(),
          throwOnError: true,
        })
        signedIn(data)
        if (data.workspace) await onJoined(data.workspace.slug)
      })}
    >
      {problem?.status === 409 ? (
        <Notice>
          <p>
            {ofInvitation('taken')}{' '}
            <Button variant="link" size="bare" onClick={onHasAccount}>
              {ofInvitation('signIn')}
            </Button>
          </p>
          <p className="mt-2">
            {ofInvitation('takenHelp')}{' '}
            <Button asChild variant="link" size="bare">
              <Link to="/forgotten">{ofInvitation('mailLink')}</Link>
            </Button>
          </p>
        </Notice>
      ) : (
        <ProblemNotice problem={problem} />
      )}
      <p className="wrap-anywhere">{ofInvitation('newFor', { email: seen.email })}</p>
      <Field label={t('name')} error={errors.full_name?.message}>
        {(ids) => <Input {...ids} {...register('full_name', { required })} autoComplete="name" />}
      </Field>
      <Field label={t('password')} hint={t('passwordHint')} error={errors.password?.message}>
        {(ids) => <PasswordInput {...ids} {...register('password', { required })} fresh />}
      </Field>
      <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
        {ofInvitation('createAndJoin')}
      </Button>
    </form>
  )
}
