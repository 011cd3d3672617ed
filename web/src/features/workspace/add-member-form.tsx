import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { membersAdd } from '@/client/sdk.gen'
import type { Role } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { membersQuery } from '@/lib/members'
import { rolesToGive } from './roles'

const EMPTY: { email: string; role: Role } = { email: '', role: 'observer' }

/** Adds somebody who has an account. */
export function AddMemberForm() {
  const { t } = useTranslation('workspace')
  const workspace = useWorkspace()
  const queryClient = useQueryClient()
  const { register, submit, reset, watch, problem, formState } = useProblemForm(EMPTY)
  return (
    <form
      className="grid gap-3"
      noValidate
      onSubmit={submit(async (body) => {
        const { data } = await membersAdd({
          path: { workspace_id: workspace.id },
          body,
          throwOnError: true,
        })
        reset(EMPTY)
        toast.success(t('members.added', { name: data.full_name }))
        await queryClient.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey })
      })}
    >
      <ProblemNotice problem={problem} />
      <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_9rem_auto]">
        <Field label={t('members.email')} error={formState.errors.email?.message}>
          {(ids) => (
            <Input
              {...ids}
              {...register('email', { required: t('required') })}
              type="email"
              autoComplete="off"
              autoCapitalize="none"
              placeholder={t('members.example')}
            />
          )}
        </Field>
        <Field label={t('members.role')} error={formState.errors.role?.message}>
          {(ids) => (
            <Select {...ids} {...register('role')}>
              {rolesToGive(workspace.role).map((role) => (
                <option key={role} value={role}>
                  {t(`role.${role}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" className="sm:mt-[1.625rem]" aria-disabled={formState.isSubmitting}>
          {t('members.add')}
        </Button>
      </div>
      <p className="text-subtle">{t(`roleMeans.${watch('role')}`)}</p>
    </form>
  )
}
