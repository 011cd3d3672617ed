import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { OverviewWatcher } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { DayStrip, countDays } from './day-strip'
import { NextCheck } from './next-check'
import { Sparkline } from './sparkline'

interface Props {
  watcher: OverviewWatcher
  slug: string
  /** Where the keyboard is. */
  active: boolean
  selected: boolean
  /** Left out for those who may change nothing. */
  onSelect?: (id: string, extend: boolean) => void
}

/** The columns of the list, for its head and its rows. */
export const COLUMNS =
  'grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 md:grid-cols-[auto_8rem_minmax(0,1fr)_5rem_5rem] lg:grid-cols-[auto_8rem_minmax(0,1fr)_6rem_11.25rem_5rem_4.5rem_4.5rem]'

/** One watcher of the overview: how it is, how it was, and when it is looked at next. */
export const WatcherRow = memo(function WatcherRow({ watcher, slug, active, selected, onSelect }: Props) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const { down, unknown } = countDays(watcher.days)
  const uptime = watcher.uptime_90d_percent
  const latency = watcher.last_response_time_ms
  const said = watcher.state === 'down' && watcher.last_message ? watcher.last_message : watcher.url
  const subtitle = watcher.region_served || watcher.state === 'paused' ? said : t('notServed')
  return (
    <div
      className={cn(
        COLUMNS,
        'relative h-14 border-b px-3 hover:bg-hover md:h-11',
        selected && 'bg-accent-bg',
        active && 'outline-2 -outline-offset-2 outline-(--focus-ring)',
      )}
    >
      {onSelect ? (
        <input
          type="checkbox"
          checked={selected}
          aria-label={t('select', { name: watcher.name })}
          className="relative z-10 size-4 accent-accent"
          onChange={() => undefined}
          onClick={({ shiftKey }) => {
            onSelect(watcher.id, shiftKey)
          }}
        />
      ) : (
        <span />
      )}
      <span className="order-3 flex flex-wrap items-center gap-x-1.5 md:order-none">
        <StateMark state={watcher.state} />
        {watcher.maintenance && <StateMark state="maintenance" look="shape" />}
      </span>
      <div className="min-w-0">
        <div className="flex items-baseline gap-2">
          <Link
            to="/w/$workspace/watchers/$watcherId"
            params={{ workspace: slug, watcherId: watcher.id }}
            className="truncate font-medium after:absolute after:inset-0"
          >
            {watcher.name}
          </Link>
          {watcher.tags.slice(0, 3).map((tag) => (
            <span
              key={tag}
              className="hidden truncate rounded-sm bg-hover px-1.5 text-xs text-muted xl:inline"
            >
              {tag}
            </span>
          ))}
        </div>
        <p className="truncate text-xs text-subtle">{subtitle}</p>
      </div>
      <div className="hidden lg:block">
        <Sparkline values={watcher.latency_24h} label={t('sparkline')} />
      </div>
      <div className="hidden lg:block">
        <DayStrip
          days={watcher.days}
          label={`${t('daysDown', { count: down })}${unknown > 0 ? `, ${t('daysUnknown', { count: unknown })}` : ''}`}
        />
      </div>
      <p className="hidden text-right tabular md:block">
        <span className="sr-only">{t('uptime')} </span>
        {uptime === null ? <span className="text-subtle">{t('noData')}</span> : format.percent(uptime)}
      </p>
      <p className="hidden text-right text-muted tabular md:block">
        <span className="sr-only">{t('latency')} </span>
        {latency === null ? '–' : format.milliseconds(latency)}
      </p>
      <p className="hidden text-right text-subtle tabular lg:block">
        <span className="sr-only">{t('next')} </span>
        <NextCheck watcher={watcher} />
      </p>
    </div>
  )
})
