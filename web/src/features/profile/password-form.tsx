import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { usersMeSessionsQueryKey } from '@/client/@tanstack/react-query.gen'
import { usersMePassword } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { PasswordInput } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { Setting } from '@/components/setting'
import { meQuery } from '@/lib/me'
import { signedIn } from '@/lib/session'
import { useProblemForm } from '@/lib/use-problem-form'
import { Strength } from './strength'
import { MIN_LENGTH } from './strength-of'

const EMPTY = { current_password: '', new_password: '' }

/** Another password; every other sign-in ends. */
export function PasswordForm() {
  const { t } = useTranslation('profile')
  const { data: me } = useSuspenseQuery(meQuery)
  const queryClient = useQueryClient()
  const { register, submit, reset, watch, problem, formState } = useProblemForm(EMPTY)
  const { errors, isSubmitting } = formState
  const required = t('required')
  return (
    <Setting title={t('password')} text={t('passwordText')}>
      <form
        className="grid gap-4"
        noValidate
        onSubmit={submit(async (body) => {
          const { data } = await usersMePassword({ body, throwOnError: true })
          // Every token from before is void; this one goes to the other tabs too.
          signedIn(data)
          reset(EMPTY)
          toast.success(t('passwordChanged'))
          await queryClient.invalidateQueries({ queryKey: usersMeSessionsQueryKey() })
        })}
      >
        <ProblemNotice problem={problem} />
        {/* For the browser's password manager: whose password this is. */}
        <input type="text" autoComplete="username" value={me.email} readOnly hidden />
        <Field label={t('currentPassword')} error={errors.current_password?.message}>
          {(ids) => <PasswordInput {...ids} {...register('current_password', { required })} />}
        </Field>
        <Field
          label={t('newPassword')}
          hint={<Strength password={watch('new_password')} about={[me.email, me.full_name]} />}
          error={errors.new_password?.message}
        >
          {(ids) => (
            <PasswordInput
              {...ids}
              {...register('new_password', {
                required,
                minLength: { value: MIN_LENGTH, message: t('strength.short', { count: MIN_LENGTH }) },
              })}
              fresh
            />
          )}
        </Field>
        <Button type="submit" className="justify-self-start" aria-disabled={isSubmitting}>
          {t('changePassword')}
        </Button>
      </form>
    </Setting>
  )
}
