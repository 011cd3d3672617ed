import { Link } from '@tanstack/react-router'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OverviewWatcher } from '@/client/types.gen'
import { FlappingMark } from '@/components/flapping-mark'
import { StateMark } from '@/components/state-mark'
import { cn } from '@/lib/cn'
import { useFailureWords } from '@/lib/failure-words'
import { useFormat } from '@/lib/format'
import { DayStrip, countDays } from './day-strip'
import { NextCheck } from './next-check'
import { Sparkline } from './sparkline'

interface Props {
  watcher: OverviewWatcher
  slug: string
  lineKey: string
  /** Where the keyboard is. */
  active: boolean
  onActive: (key: string | null) => void
  selected: boolean
  /** Left out for those who may change nothing. */
  onSelect?: (id: string, extend: boolean) => void
}

/** The columns of the list, for its head and its rows: on a phone two lines, on a wide screen a column for each figure. */
export const COLUMNS =
  'grid grid-cols-[auto_minmax(0,1fr)_auto] content-center items-center gap-x-3 sm:grid-cols-[auto_minmax(0,1fr)_11.25rem_7rem] md:grid-cols-[auto_minmax(0,1fr)_9rem_7rem] lg:grid-cols-[auto_minmax(0,1fr)_6rem_9rem_4.5rem_7rem] xl:grid-cols-[auto_8rem_minmax(0,1fr)_6rem_11.25rem_5rem_4.5rem_4.5rem]'

/** Where each stands in them. */
export const PLACE = {
  select: 'row-span-2 row-start-1 sm:row-span-1',
  name: 'col-start-2 row-span-2 row-start-1 sm:row-span-1 xl:col-start-3',
  state: 'col-start-3 row-start-1 sm:col-start-4 lg:col-start-6 xl:col-start-2',
  last24h: 'hidden lg:col-start-3 lg:row-start-1 lg:block xl:col-start-4',
  last90d:
    'col-start-3 row-start-2 justify-self-end sm:row-start-1 sm:justify-self-auto lg:col-start-4 xl:col-start-5',
  uptime: 'hidden text-right xl:col-start-6 xl:row-start-1 xl:block',
  latency: 'hidden text-right xl:col-start-7 xl:row-start-1 xl:block',
  next: 'hidden text-right lg:col-start-5 lg:row-start-1 lg:block xl:col-start-8',
}

/** One watcher of the overview: how it is, how it was, and when it is looked at next. */
export const WatcherRow = memo(function WatcherRow({
  watcher,
  slug,
  lineKey,
  active,
  onActive,
  selected,
  onSelect,
}: Props) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const failure = useFailureWords()
  const { down, unknown } = countDays(watcher.days)
  const { uptime_90d_percent: uptime, last_response_time_ms: latency } = watcher
  const figures = {
    uptime: uptime === null ? <span className="text-subtle">{t('noData')}</span> : format.percent(uptime),
    latency: latency === null ? '–' : format.milliseconds(latency),
  }
  const failing = watcher.state === 'down' || watcher.state === 'degraded'
  const said = (failing ? failure(watcher.last_reason, watcher.last_message) : null) ?? watcher.url
  const subtitle = watcher.region_served || watcher.state === 'paused' ? said : t('notServed')
  return (
    <div
      className={cn(
        COLUMNS,
        'relative h-14 border-b px-3 hover:bg-hover xl:h-11',
        selected && 'bg-accent-bg',
        active &&
          'has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-(--focus-ring)',
      )}
    >
      {onSelect ? (
        <input
          type="checkbox"
          checked={selected}
          aria-label={t('select', { name: watcher.name })}
          className={cn(PLACE.select, 'relative z-10 size-4 accent-accent')}
          onChange={() => undefined}
          onClick={({ shiftKey }) => {
            onSelect(watcher.id, shiftKey)
          }}
        />
      ) : (
        <span />
      )}
      <span
        id={`state-${watcher.id}`}
        className={cn(PLACE.state, 'flex flex-wrap items-center gap-x-1.5 max-sm:justify-end')}
      >
        <StateMark state={watcher.state} />
        {watcher.maintenance && <StateMark state="maintenance" look="shape" />}
        {watcher.flapping_since !== null && <FlappingMark look="shape" />}
      </span>
      <div className={cn(PLACE.name, 'min-w-0')}>
        <div className="flex items-baseline gap-2">
          <Link
            to="/w/$workspace/watchers/$watcherId"
            params={{ workspace: slug, watcherId: watcher.id }}
            onFocus={() => {
              onActive(lineKey)
            }}
            onBlur={({ relatedTarget }) => {
              if (relatedTarget) onActive(null)
            }}
            aria-describedby={`state-${watcher.id}`}
            title={watcher.name}
            className="max-w-full shrink-0 truncate font-medium outline-none after:absolute after:inset-0"
          >
            {watcher.name}
          </Link>
          {/* One line high: a tag that has no room is gone, not cut. */}
          <span className="hidden h-4 min-w-0 flex-wrap gap-x-2 overflow-hidden xl:flex">
            {watcher.tags.slice(0, 3).map((tag) => (
              <span key={tag} className="rounded-sm bg-hover px-1.5 text-xs text-muted">
                {tag}
              </span>
            ))}
          </span>
        </div>
        <p className="flex gap-2 text-xs text-subtle">
          <span className="flex shrink-0 gap-2 tabular xl:hidden">
            <Figure label={t('uptime')}>{figures.uptime}</Figure>
            <Figure label={t('latency')}>{figures.latency}</Figure>
          </span>
          <span className="truncate">{subtitle}</span>
        </p>
      </div>
      <div className={PLACE.last24h}>
        <Sparkline values={watcher.latency_24h} label={t('sparkline')} />
      </div>
      <div className={PLACE.last90d}>
        <DayStrip
          days={watcher.days}
          label={`${t('daysDown', { count: down })}${unknown > 0 ? `, ${t('daysUnknown', { count: unknown })}` : ''}`}
        />
      </div>
      <p className={cn(PLACE.uptime, 'tabular')}>
        <Figure label={t('uptime')}>{figures.uptime}</Figure>
      </p>
      <p className={cn(PLACE.latency, 'text-muted tabular')}>
        <Figure label={t('latency')}>{figures.latency}</Figure>
      </p>
      <p className={cn(PLACE.next, 'text-subtle tabular')}>
        <Figure label={t('next')}>
          <NextCheck watcher={watcher} />
        </Figure>
      </p>
    </div>
  )
})

/** A figure, and for whoever does not see its column what it is. */
function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <span>
      <span className="sr-only">{label} </span>
      {children}
    </span>
  )
}
