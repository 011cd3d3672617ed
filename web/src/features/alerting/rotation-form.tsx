import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useState } from 'react'
import { Controller, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { rotationsCreate, rotationsUpdate } from '@/client/sdk.gen'
import type { RotationCreate, RotationPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { TimeZoneSelect } from '@/components/time-zone-select'
import { useFormat } from '@/lib/format'
import { membersQuery } from '@/lib/members'
import { useTimeZone } from '@/lib/time-zone'
import { useProblemForm } from '@/lib/use-problem-form'
import { toWall } from '@/lib/wall-time'
import { useWorkspace } from '@/lib/workspace'
import { alertingKey } from './queries'
import { WEEK, weekdayName } from './weekdays'

type Draft = Required<RotationCreate>

interface Props {
  /** Left out: a new one. */
  rotation?: RotationPublic
  onSaved: (rotation: RotationPublic) => void
}

/** Who takes turns, how long a turn is and when it is handed over. */
export function RotationForm({ rotation, onSaved }: Props) {
  const { t } = useTranslation('alerting')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const { language } = useFormat()
  const zone = useTimeZone()
  const queryClient = useQueryClient()
  const [today] = useState(() => toWall(Date.now(), zone).slice(0, 10))
  const form = useProblemForm<Draft>({
    name: rotation?.name ?? '',
    every: rotation?.every ?? 'week',
    time_zone: rotation?.time_zone ?? zone,
    handover_weekday: rotation?.handover_weekday ?? 'mon',
    handover_time: rotation?.handover_time ?? '09:00',
    starts_on: rotation?.starts_on ?? today,
    members: rotation?.members.filter(({ left }) => !left).map(({ user_id }) => user_id) ?? [],
  })
  const { control, register } = form
  const { errors, isSubmitting } = form.formState
  const required = { required: t('required') }
  const every = useWatch({ control, name: 'every' })
  const save = form.submit(async (body) => {
    const path = { workspace_id }
    const { data } = rotation
      ? await rotationsUpdate({ path: { ...path, rotation_id: rotation.id }, body, throwOnError: true })
      : await rotationsCreate({ path, body, throwOnError: true })
    toast.success(common('saved'))
    await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
    onSaved(data)
  })
  return (
    <form noValidate onSubmit={save} className="grid grid-cols-1 gap-5">
      <Field label={t('field.name')} error={errors.name?.message}>
        {(ids) => <Input {...ids} {...register('name', required)} autoComplete="off" />}
      </Field>
      <Controller
        control={control}
        name="members"
        rules={{ validate: (chosen) => chosen.length > 0 || t('check.one') }}
        render={({ field }) => (
          <Turns value={field.value} onChange={field.onChange} error={errors.members?.message} />
        )}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('rotation.every')} error={errors.every?.message}>
          {(ids) => (
            <Select {...ids} {...register('every')}>
              <option value="week">{t('rotation.week')}</option>
              <option value="day">{t('rotation.day')}</option>
            </Select>
          )}
        </Field>
        {every === 'week' && (
          <Field label={t('rotation.weekday')} error={errors.handover_weekday?.message}>
            {(ids) => (
              <Select {...ids} {...register('handover_weekday')}>
                {WEEK.map((day) => (
                  <option key={day} value={day}>
                    {weekdayName(language, day, 'long')}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <Field label={t('rotation.time')} error={errors.handover_time?.message}>
          {(ids) => <Input {...ids} {...register('handover_time', required)} type="time" />}
        </Field>
        <Field label={t('zone')} error={errors.time_zone?.message}>
          {(ids) => <TimeZoneSelect {...ids} {...register('time_zone')} also={rotation?.time_zone} />}
        </Field>
        <Field label={t('rotation.starts')} hint={t('rotation.startsHint')} error={errors.starts_on?.message}>
          {(ids) => <Input {...ids} {...register('starts_on', required)} type="date" />}
        </Field>
      </div>
      <ProblemNotice problem={form.problem} />
      <Button type="submit" variant="primary" className="justify-self-start" aria-disabled={isSubmitting}>
        {t(rotation ? 'saveRotation' : 'addRotation')}
      </Button>
    </form>
  )
}

interface TurnsProps {
  value: string[]
  onChange: (members: string[]) => void
  error: string | undefined
}

/** Who takes part, in the order of their turns. */
function Turns({ value, onChange, error }: TurnsProps) {
  const { t } = useTranslation('alerting')
  const { id } = useWorkspace()
  const { data: members } = useSuspenseQuery(membersQuery(id))
  const nameOf = (user_id: string) => {
    const member = members.find((each) => each.user_id === user_id)
    return member ? member.full_name || member.email : ''
  }
  const move = (at: number, by: number) => {
    const next = [...value]
    const [taken] = next.splice(at, 1)
    if (taken !== undefined) next.splice(at + by, 0, taken)
    onChange(next)
  }
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1.5 font-medium">{t('rotation.members')}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {members.map(({ user_id }) => (
          <CheckField
            key={user_id}
            label={nameOf(user_id)}
            checked={value.includes(user_id)}
            onChange={({ target }) => {
              onChange(target.checked ? [...value, user_id] : value.filter((each) => each !== user_id))
            }}
          />
        ))}
      </div>
      {value.length > 1 && (
        <ol aria-label={t('rotation.order')} className="divide-y rounded-md border">
          {value.map((user_id, index) => (
            <li key={user_id} className="flex min-h-10 items-center gap-2 px-3">
              <span className="w-5 text-subtle tabular">{index + 1}</span>
              <span className="min-w-0 flex-1 truncate">{nameOf(user_id)}</span>
              <Button
                variant="ghost"
                size="icon"
                aria-label={t('rotation.up', { name: nameOf(user_id) })}
                disabled={index === 0}
                onClick={() => {
                  move(index, -1)
                }}
              >
                <ArrowUp aria-hidden />
              </Button>
              <Button
                variant="ghost"
                size="icon"
                aria-label={t('rotation.down', { name: nameOf(user_id) })}
                disabled={index === value.length - 1}
                onClick={() => {
                  move(index, 1)
                }}
              >
                <ArrowDown aria-hidden />
              </Button>
            </li>
          ))}
        </ol>
      )}
      {error && <p className="text-down-fg">{error}</p>}
    </fieldset>
  )
}
