import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { usersMeUpdate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { EmailInput, Input, PasswordInput } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { ProblemNotice } from '@/components/problem-notice'
import { Setting } from '@/components/setting'
import { meQuery } from '@/lib/me'
import { useProblemForm } from '@/lib/use-problem-form'
import { EmailConsent } from './email-consent'

/** Name and email; another email needs the password. */
export function AccountForm() {
  const { t } = useTranslation('profile')
  const { t: common } = useTranslation()
  const { data: me } = useSuspenseQuery(meQuery)
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState<string | null>(null)
  const { register, submit, reset, watch, problem, formState } = useProblemForm({
    full_name: me.full_name,
    email: me.email,
    current_password: '',
  })
  const { errors, isDirty, isSubmitting } = formState
  const required = t('required')
  const newEmail = watch('email').trim() !== me.email
  return (
    <Setting title={t('account')}>
      <LeaveGuard dirty={isDirty} />
      <form
        className="grid gap-4"
        noValidate
        onSubmit={submit(async ({ full_name, email, current_password }) => {
          const body = newEmail ? { full_name, email: email.trim(), current_password } : { full_name }
          const { data } = await usersMeUpdate({ body, throwOnError: true })
          setAsked(data.asked)
          queryClient.setQueryData(meQuery.queryKey, data)
          reset({ full_name: data.full_name, email: data.email, current_password: '' })
          if (data.asked === null) toast.success(common('saved'))
        })}
      >
        <ProblemNotice problem={problem} />
        <Field label={t('name')} error={errors.full_name?.message}>
          {(ids) => <Input {...ids} {...register('full_name', { required })} autoComplete="name" />}
        </Field>
        <Field label={t('email')} hint={t('emailHint')} error={errors.email?.message}>
          {(ids) => <EmailInput {...ids} {...register('email', { required })} />}
        </Field>
        {newEmail && (
          <Field label={t('password')} hint={t('emailPassword')} error={errors.current_password?.message}>
            {(ids) => <PasswordInput {...ids} {...register('current_password', { required })} />}
          </Field>
        )}
        <Button type="submit" className="justify-self-start" aria-disabled={isSubmitting || !isDirty}>
          {common('save')}
        </Button>
      </form>
      <p role="status" className="wrap-anywhere empty:hidden">
        {asked !== null && t('emailAsked', { email: asked })}
      </p>
      <EmailConsent />
    </Setting>
  )
}
