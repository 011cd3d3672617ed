import { useTranslation } from 'react-i18next'
import type { WatcherMaintenance, WatcherPublic } from '@/client/types.gen'
import { FlappingMark } from '@/components/flapping-mark'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { cn } from '@/lib/cn'
import { ReasonText } from '@/components/reason-text'
import { SinceTimes } from './since-times'

const GROUND: Record<WatcherPublic['state'], string> = {
  pending: 'border-line bg-surface',
  healthy: 'border-line bg-surface',
  degraded: 'border-degraded-solid/40 bg-degraded-bg',
  down: 'border-down-solid/40 bg-down-bg',
  unknown: 'border-line bg-unknown-bg',
  paused: 'border-line bg-paused-bg',
}

/** How it is, since when, and why, in plain words. */
export function Why({ watcher }: { watcher: WatcherPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const { state, last_reason, last_message } = watcher
  const failing = last_reason !== null
  return (
    <section aria-label={t('why.title')} className={cn('rounded-lg border p-4 shadow-sm', GROUND[state])}>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 flex-1 basis-72 gap-2">
          <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StateMark state={state} className="text-lg [&_svg]:size-5" />
            <span className="text-muted">{t('since', { time: format.dateTime(watcher.since) })}</span>
          </p>
          {watcher.maintenance && <InMaintenance window={watcher.maintenance} />}
          {watcher.flapping_since !== null && (
            <Flaps since={watcher.flapping_since} settlesAt={watcher.settles_at} />
          )}
          <Explanation watcher={watcher} failing={failing} />
          {failing && state !== 'paused' && <ReasonText reason={last_reason} message={last_message} />}
        </div>
        <SinceTimes watcher={watcher} />
      </div>
    </section>
  )
}

/** The window it is in: what is believed stands beside it. */
function InMaintenance({ window }: { window: WatcherMaintenance }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      <StateMark state="maintenance" />
      <span>
        {window.until === null
          ? t('maintenance.open', { title: window.title })
          : t('maintenance.until', { title: window.title, time: format.dateTime(window.until) })}
      </span>
    </p>
  )
}

/** It comes and goes: since when, and when it counts as settled. */
function Flaps({ since, settlesAt }: { since: string; settlesAt: string | null }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const settles =
    settlesAt === null ? t('flapping.unseen') : t('flapping.settles', { time: format.dateTime(settlesAt) })
  return (
    <div className="grid gap-1">
      <p className="flex flex-wrap items-center gap-x-2">
        <FlappingMark />
        <span>{t('since', { time: format.dateTime(since) })}</span>
      </p>
      <p className="text-muted">
        {t('flapping.means')} {settles}
      </p>
    </div>
  )
}

/** What the state means where the last check alone does not say it. */
function Explanation({ watcher, failing }: { watcher: WatcherPublic; failing: boolean }) {
  const { t } = useTranslation('watcher')
  const { state, failure_threshold, recovery_threshold } = watcher
  if (!watcher.region_served && (state === 'unknown' || state === 'pending'))
    return <p>{t('why.notServed', { region: watcher.region })}</p>
  if (state === 'paused') return <p className="text-muted">{t('why.paused')}</p>
  if (state === 'pending')
    return <p className="text-muted">{t(failing ? 'why.pendingFailing' : 'why.pending')}</p>
  if (state === 'healthy' && failing) return <p>{t('why.confirming', { count: failure_threshold })}</p>
  if (state === 'healthy') return <p className="text-muted">{t('why.healthy')}</p>
  if (state === 'unknown' && !failing) return <p>{t('why.overdue')}</p>
  if (!failing) return <p>{t('why.recovering', { count: recovery_threshold })}</p>
  return null
}
