import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { amendmentsCreate } from '@/client/sdk.gen'
import type { AmendmentCreate, WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input, Select, TextArea } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useTimeZone } from '@/lib/time-zone'
import { useProblemForm } from '@/lib/use-problem-form'
import { fromWall, toWall } from '@/lib/wall-time'
import { watcherKey } from '@/lib/watcher-cache'

const STATES = ['unknown', 'maintenance', 'healthy', 'degraded', 'down'] as const
const HOUR_MS = 3_600_000

interface Draft {
  from: string
  to: string
  state: AmendmentCreate['state']
  reason: string
}

/** What it was for some time, whatever was recorded, and why. */
export function CorrectRecord({ watcher, onClose }: { watcher: WatcherPublic; onClose: () => void }) {
  const { t } = useTranslation('watcher')
  const { t: common } = useTranslation()
  const zone = useTimeZone()
  const queries = useQueryClient()
  const [nowMs] = useState(Date.now)
  const form = useProblemForm<Draft>({
    from: toWall(nowMs - HOUR_MS, zone),
    to: toWall(nowMs, zone),
    state: 'unknown',
    reason: '',
  })
  const { register, formState } = form
  const { errors } = formState
  const send = form.submit(async ({ from, to, state, reason }) => {
    const body = {
      watcher_ids: [watcher.id],
      from: fromWall(from, zone),
      to: fromWall(to, zone),
      state,
      reason,
    }
    await amendmentsCreate({ path: { workspace_id: watcher.workspace_id }, body, throwOnError: true })
    await queries.invalidateQueries({ queryKey: watcherKey(watcher.id) })
    toast.success(t('amendments.done'))
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('amendments.correct')}
      description={t('amendments.hint', { name: watcher.name })}
    >
      <form noValidate className="mt-4 grid gap-4" onSubmit={send}>
        <ProblemNotice problem={form.problem} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('amendments.from')} error={errors.from?.message}>
            {(ids) => <Input {...ids} type="datetime-local" required {...register('from')} />}
          </Field>
          <Field label={t('amendments.to')} hint={zone} error={errors.to?.message}>
            {(ids) => <Input {...ids} type="datetime-local" required {...register('to')} />}
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
          {(ids) => <TextArea {...ids} rows={2} {...register('reason')} />}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
            {t('amendments.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
