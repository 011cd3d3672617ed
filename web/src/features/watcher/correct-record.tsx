import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormProvider } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { amendmentsCreate } from '@/client/sdk.gen'
import type { AmendmentCreate, WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input, Select, TextArea } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { refreshOverview } from '@/lib/overview'
import { useTimeZone } from '@/lib/time-zone'
import { useProblemForm } from '@/lib/use-problem-form'
import { fromWall, isPast, toWall } from '@/lib/wall-time'
import { refreshWatchers, watcherKey } from '@/lib/watcher-cache'
import { WhoseRecord, type Whose } from './whose-record'

const STATES = ['unknown', 'maintenance', 'healthy', 'degraded', 'down'] as const
const HOUR_MS = 3_600_000

interface Draft extends Whose {
  from: string
  to: string
  state: AmendmentCreate['state']
  reason: string
}

/** What a watcher, some or all were for some time, whatever was recorded, and why. */
export function CorrectRecord({ watcher, onClose }: { watcher: WatcherPublic; onClose: () => void }) {
  const { t } = useTranslation('watcher')
  const { t: common } = useTranslation()
  const zone = useTimeZone()
  const queries = useQueryClient()
  const [nowMs] = useState(Date.now)
  const form = useProblemForm<Draft>({
    whose: 'this',
    watcher_ids: [watcher.id],
    from: toWall(nowMs - HOUR_MS, zone),
    to: toWall(nowMs, zone),
    state: 'unknown',
    reason: '',
  })
  const { register, formState } = form
  const { errors } = formState
  const required = { required: common('required') }
  const isOver = (to: string, { from }: Draft) => {
    if (to <= from) return t('amendments.order')
    return isPast(to, zone) || t('amendments.future')
  }
  const send = form.submit(async ({ whose, watcher_ids, from, to, state, reason }) => {
    const { id, workspace_id } = watcher
    const chosen = { this: [id], chosen: watcher_ids, all: undefined }[whose]
    const body = {
      ...(chosen ? { watcher_ids: chosen } : { all_watchers: true }),
      from: fromWall(from, zone),
      to: fromWall(to, zone),
      state,
      reason,
    }
    await amendmentsCreate({ path: { workspace_id }, body, throwOnError: true })
    await Promise.all([
      queries.invalidateQueries({ queryKey: watcherKey(id) }),
      refreshWatchers(queries, chosen),
      refreshOverview(queries, workspace_id),
    ])
    toast.success(t('amendments.done'))
    onClose()
  })
  return (
    <Dialog open onOpenChange={onClose} title={t('amendments.correct')} description={t('amendments.hint')}>
      <FormProvider {...form}>
        <form noValidate className="mt-4 grid gap-4" onSubmit={send}>
          <ProblemNotice problem={form.problem} />
          <WhoseRecord name={watcher.name} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('amendments.from')} error={errors.from?.message}>
              {(ids) => <Input {...ids} type="datetime-local" required {...register('from', required)} />}
            </Field>
            <Field label={t('amendments.to')} hint={zone} error={errors.to?.message}>
              {(ids) => (
                <Input
                  {...ids}
                  type="datetime-local"
                  required
                  {...register('to', { ...required, validate: isOver })}
                />
              )}
            </Field>
          </div>
          <Field label={t('amendments.state')} hint={t('amendments.stateHint')} error={errors.state?.message}>
            {(ids) => (
              <Select {...ids} {...register('state')}>
                {STATES.map((state) => (
                  <option key={state} value={state}>
                    {common(`state.${state}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t('amendments.reason')} error={errors.reason?.message}>
            {(ids) => <TextArea {...ids} rows={2} {...register('reason', required)} />}
          </Field>
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{common('cancel')}</Button>
            <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
              {t('amendments.submit')}
            </Button>
          </div>
        </form>
      </FormProvider>
    </Dialog>
  )
}
