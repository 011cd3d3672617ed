import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { retentionUpdate } from '@/client/sdk.gen'
import type { RetentionPublic, RetentionUpdate } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { ErrorView } from '@/components/error-view'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { ProblemNotice } from '@/components/problem-notice'
import { Setting } from '@/components/setting'
import { Skeleton } from '@/components/skeleton'
import { useProblemForm } from '@/lib/use-problem-form'
import { useMay, useWorkspace } from '@/lib/workspace'
import { retentionQuery } from './retention-query'

const FIELDS = ['keep_events_days', 'keep_hourly_days', 'keep_daily_days', 'keep_deliveries_days'] as const
type Name = (typeof FIELDS)[number]
type Values = Record<Name, string>

/** How many days the workspace keeps what; an empty field is for ever. */
export function Retention() {
  const { t } = useTranslation('retention')
  const { id } = useWorkspace()
  const { data, error, refetch } = useQuery(retentionQuery(id))
  return (
    <Setting title={t('title')} text={t('text')}>
      {!data && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-80" />}
      {data && <Form key={JSON.stringify(data)} kept={data} />}
    </Setting>
  )
}

function Form({ kept }: { kept: RetentionPublic }) {
  const { t } = useTranslation('retention')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const may = useMay('owner')
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState<RetentionUpdate>()
  const form = useProblemForm<Values>(shown(kept))
  const { errors, isDirty, isSubmitting } = form.formState
  const send = form.submit(async (values) => {
    const { data } = await retentionUpdate({ path: { workspace_id }, body: days(values), throwOnError: true })
    queryClient.setQueryData(retentionQuery(workspace_id).queryKey, data)
    toast.success(common('saved'))
  })
  return (
    <>
      <LeaveGuard dirty={isDirty} />
      <form
        className="grid grid-cols-1 gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const wanted = days(form.getValues())
          if (isShorter(wanted, kept)) setAsked(wanted)
          else void send()
        }}
      >
        <ProblemNotice problem={form.problem} />
        {FIELDS.map((name) => (
          <Field key={name} label={t(`label.${name}`)} hint={t(`hint.${name}`)} error={errors[name]?.message}>
            {(ids) => (
              <Input
                {...ids}
                {...form.register(name)}
                inputMode="numeric"
                readOnly={!may}
                autoComplete="off"
                className="max-w-28"
                placeholder={mayBeForEver(name) ? t('forEver') : undefined}
              />
            )}
          </Field>
        ))}
        <p className="text-subtle">{t('stays')}</p>
        {may ? (
          <Button type="submit" className="justify-self-start" aria-disabled={isSubmitting || !isDirty}>
            {t('save')}
          </Button>
        ) : (
          <p className="text-subtle">{t('owners')}</p>
        )}
      </form>
      <Confirm
        open={asked !== undefined}
        onOpenChange={() => {
          setAsked(undefined)
        }}
        title={t('ask')}
        action={t('do')}
        pending={isSubmitting}
        onConfirm={() => {
          setAsked(undefined)
          void send()
        }}
      >
        <p>{t('gone')}</p>
      </Confirm>
    </>
  )
}

function mayBeForEver(name: Name) {
  return name === 'keep_hourly_days' || name === 'keep_daily_days'
}

function shown(kept: RetentionPublic): Values {
  const text = (days: number | null) => (days === null ? '' : String(days))
  return {
    keep_events_days: text(kept.keep_events_days),
    keep_hourly_days: text(kept.keep_hourly_days),
    keep_daily_days: text(kept.keep_daily_days),
    keep_deliveries_days: text(kept.keep_deliveries_days),
  }
}

/** What was typed, as the API takes it; what is no number is left for it to refuse in words. */
function days(values: Values): RetentionUpdate {
  const number = (text: string) => (text.trim() === '' ? null : Number(text))
  return {
    keep_events_days: number(values.keep_events_days),
    keep_hourly_days: number(values.keep_hourly_days),
    keep_daily_days: number(values.keep_daily_days),
    keep_deliveries_days: number(values.keep_deliveries_days),
  }
}

function isShorter(wanted: RetentionUpdate, kept: RetentionPublic) {
  return FIELDS.some((name) => (wanted[name] ?? Infinity) < (kept[name] ?? Infinity))
}
