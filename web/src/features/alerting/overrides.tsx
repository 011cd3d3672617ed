import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { rotationOverridesCreate, rotationOverridesDelete } from '@/client/sdk.gen'
import type { RotationPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { Section } from '@/components/section'
import { useFormat } from '@/lib/format'
import { membersQuery } from '@/lib/members'
import { useTimeZone } from '@/lib/time-zone'
import { useProblemForm } from '@/lib/use-problem-form'
import { fromWall, toWall } from '@/lib/wall-time'
import { useMay, useWorkspace } from '@/lib/workspace'
import type { Day } from './calendar-days'
import { alertingKey, overridesQuery } from './queries'

interface Props {
  rotation: RotationPublic
  /** The day that was picked in the calendar: the form is about it. */
  picked: Day | null
}

/** Who stands in for whom: what is arranged, and a form for more; times of the reader's zone. */
export function Overrides({ rotation, picked }: Props) {
  const { t } = useTranslation('alerting')
  const { id: workspace_id } = useWorkspace()
  const format = useFormat()
  const zone = useTimeZone()
  const may = useMay('admin')
  const queryClient = useQueryClient()
  const { data: members = [] } = useQuery(membersQuery(workspace_id))
  const { data: overrides = [] } = useQuery(overridesQuery(workspace_id, rotation.id))
  const path = { workspace_id, rotation_id: rotation.id }
  const refresh = () => queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
  const form = useProblemForm({ user_id: '', starts_at: '', ends_at: '' })
  const { errors, isSubmitting } = form.formState
  const required = { required: t('required') }
  const save = form.submit(async ({ user_id, starts_at, ends_at }) => {
    const body = { user_id, starts_at: fromWall(starts_at, zone), ends_at: fromWall(ends_at, zone) }
    await rotationOverridesCreate({ path, body, throwOnError: true })
    form.reset()
    await refresh()
  })
  const { setValue, setFocus } = form
  useEffect(() => {
    if (picked === null) return
    setValue('starts_at', toWall(picked.starts, zone))
    setValue('ends_at', toWall(picked.ends, zone))
    setFocus('user_id')
  }, [picked, zone, setValue, setFocus])
  const remove = useMutation({
    mutationFn: (override_id: string) =>
      rotationOverridesDelete({ path: { ...path, override_id }, throwOnError: true }),
    onSuccess: refresh,
  })
  return (
    <Section title={t('overrides.title')}>
      {overrides.length === 0 && <p className="text-muted">{t('overrides.none')}</p>}
      <ul className="divide-y">
        {overrides.map(({ id, user, starts_at, ends_at }) => (
          <li key={id} className="flex items-center gap-3 py-1.5">
            <span className="min-w-0 flex-1">
              <span className="font-medium">{user.name}</span>{' '}
              <span className="text-muted tabular">
                {t('fromTo', { from: format.shortDateTime(starts_at), to: format.shortDateTime(ends_at) })}
              </span>
            </span>
            {may && (
              <Button
                variant="ghost"
                size="icon"
                aria-label={t('overrides.remove', { name: user.name })}
                onClick={() => {
                  remove.mutate(id)
                }}
              >
                <Trash2 aria-hidden />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <form noValidate onSubmit={save} className="mt-4 grid gap-3 sm:grid-cols-2">
          <Field label={t('overrides.who')} error={errors.user_id?.message} className="sm:col-span-2">
            {(ids) => (
              <Select {...ids} {...form.register('user_id', required)}>
                <option value="">{t('overrides.choose')}</option>
                {members.map(({ user_id, full_name, email }) => (
                  <option key={user_id} value={user_id}>
                    {full_name || email}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t('overrides.from')} error={errors.starts_at?.message}>
            {(ids) => <Input {...ids} {...form.register('starts_at', required)} type="datetime-local" />}
          </Field>
          <Field label={t('overrides.to')} error={errors.ends_at?.message}>
            {(ids) => <Input {...ids} {...form.register('ends_at', required)} type="datetime-local" />}
          </Field>
          <ProblemNotice problem={form.problem} />
          <Button type="submit" className="justify-self-start sm:col-span-2" aria-disabled={isSubmitting}>
            {t('overrides.add')}
          </Button>
        </form>
      )}
    </Section>
  )
}
