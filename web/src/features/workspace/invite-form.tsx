import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { channelKindsListOptions } from '@/client/@tanstack/react-query.gen'
import { invitationsCreate } from '@/client/sdk.gen'
import type { InvitationMade, Role } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { rolesToGive } from './roles'

interface Values {
  email: string
  role: Role
  byLink: boolean
}

const EMPTY: Values = { email: '', role: 'observer', byLink: false }

/** Invites somebody, whether they have an account or not. */
export function InviteForm({ onMade }: { onMade: (made: InvitationMade) => Promise<void> }) {
  const { t } = useTranslation('invitations')
  const { t: ofWorkspace } = useTranslation('workspace')
  const workspace = useWorkspace()
  const mails = useQuery(channelKindsListOptions()).data?.mail_configured
  const { register, submit, reset, watch, problem, formState } = useProblemForm(EMPTY)
  return (
    <form
      className="grid gap-3"
      noValidate
      onSubmit={submit(async ({ email, role, byLink }) => {
        const { data } = await invitationsCreate({
          path: { workspace_id: workspace.id },
          body: { email, role, by: byLink ? 'link' : null },
          throwOnError: true,
        })
        reset({ ...EMPTY, role, byLink })
        await onMade(data)
      })}
    >
      <ProblemNotice problem={problem} />
      <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_9rem_auto]">
        <Field label={t('email')} error={formState.errors.email?.message}>
          {(ids) => (
            <Input
              {...ids}
              {...register('email', { required: ofWorkspace('required') })}
              type="email"
              autoComplete="off"
              autoCapitalize="none"
              placeholder={t('example')}
            />
          )}
        </Field>
        <Field label={t('role')} error={formState.errors.role?.message}>
          {(ids) => (
            <Select {...ids} {...register('role')}>
              {rolesToGive(workspace.role).map((role) => (
                <option key={role} value={role}>
                  {ofWorkspace(`role.${role}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" className="sm:mt-[1.625rem]" aria-disabled={formState.isSubmitting}>
          {t('invite')}
        </Button>
      </div>
      <p className="text-subtle">
        {ofWorkspace(`roleMeans.${watch('role')}`)} {mails === false && t('noMail')}
      </p>
      {mails && <CheckField label={t('byLink')} {...register('byLink')} />}
    </form>
  )
}
