import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pencil, RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { watchersCheck } from '@/client/sdk.gen'
import { watchersGetOptions } from '@/client/@tanstack/react-query.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Page } from '@/components/page'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'
import { useMay, useWorkspace } from '@/lib/workspace'

const REFRESH_MS = 2000

/** One watcher: how it is, since when, and why. */
export function WatcherPage({ watcherId }: { watcherId: string }) {
  const { t } = useTranslation('watcher')
  const { id: workspace_id, slug } = useWorkspace()
  const may = useMay('admin')
  const format = useFormat()
  const now = useNow()
  const queryClient = useQueryClient()
  const path = { workspace_id, watcher_id: watcherId }
  const { data: watcher } = useSuspenseQuery({ ...watchersGetOptions({ path }), refetchInterval: REFRESH_MS })
  const check = useMutation({
    mutationFn: () => watchersCheck({ path, throwOnError: true }),
    onSettled: () => queryClient.invalidateQueries(),
  })
  const facts = [
    [t('url'), watcher.url],
    [t('every'), t(`cadence.${watcher.every_unit}`, { count: watcher.every_value })],
    [
      t('latency'),
      watcher.last_response_time_ms === null ? '–' : format.milliseconds(watcher.last_response_time_ms),
    ],
    [
      t('lastCheck'),
      watcher.last_checked_at === null ? t('never') : format.relative(watcher.last_checked_at, now),
    ],
    [
      t('nextCheck'),
      watcher.next_check_at === null ? t('checking') : format.relative(watcher.next_check_at, now),
    ],
  ]
  const actions = may && (
    <>
      <Button
        aria-disabled={check.isPending}
        onClick={() => {
          check.mutate()
        }}
      >
        <RefreshCw aria-hidden />
        {t('checkNow')}
      </Button>
      <Button asChild>
        <Link to="/w/$workspace/watchers/$watcherId/edit" params={{ workspace: slug, watcherId }}>
          <Pencil aria-hidden />
          {t('edit')}
        </Link>
      </Button>
    </>
  )
  return (
    <Page title={watcher.name} actions={actions}>
      <div aria-live="polite" className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateMark state={watcher.state} look="badge" />
        <span className="text-muted">{t('since', { time: format.dateTime(watcher.since) })}</span>
        {watcher.last_message && <p className="w-full">{watcher.last_message}</p>}
      </div>
      <Card>
        <dl className="divide-y">
          {facts.map(([label, value]) => (
            <div key={label} className="grid gap-x-4 px-4 py-2.5 sm:grid-cols-[12rem_1fr]">
              <dt className="text-subtle">{label}</dt>
              <dd className="break-words tabular">{value}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </Page>
  )
}
