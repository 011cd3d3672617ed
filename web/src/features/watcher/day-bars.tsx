import { useRef, useState, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { DayPublic } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { onScrubKey } from './scrub'

// Told apart by height too: a day nobody watched is a stub, an imperfect one has a gap on top, a bad one a cap.
const LOOK: Record<DayPublic['state'], string> = {
  healthy: 'h-full bg-healthy-solid',
  degraded: 'h-4/5 bg-degraded-solid',
  down: 'h-full bg-down-solid',
  unknown: 'h-1/3 bg-unknown-solid',
  maintenance: 'h-3/5 bg-maintenance-solid',
}

/** One bar a day; arrows, pointer and touch tell what a day was made of. */
export function DayBars({ days }: { days: DayPublic[] }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const row = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number | null>(null)
  const current = Math.min(at ?? days.length - 1, days.length - 1)
  const day = days[current]
  if (!day) return null
  const point = ({ clientX }: PointerEvent) => {
    const box = row.current?.getBoundingClientRect()
    if (!box || box.width === 0) return
    const index = Math.floor(((clientX - box.left) / box.width) * days.length)
    setAt(Math.min(Math.max(index, 0), days.length - 1))
  }
  const worst = days.filter(({ down_s }) => down_s > 0).length
  const unwatched = days.filter(({ uptime_percent }) => uptime_percent === null).length
  return (
    <div>
      <div
        ref={row}
        role="slider"
        tabIndex={0}
        aria-label={t('days.bars')}
        aria-valuemin={1}
        aria-valuemax={days.length}
        aria-valuenow={current + 1}
        aria-valuetext={words(day, t, format)}
        className="flex h-10 touch-pan-y items-end gap-px rounded-sm sm:gap-0.5"
        onKeyDown={(event) => onScrubKey(event, current, days.length, setAt)}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={({ pointerType }) => {
          if (pointerType === 'mouse') setAt(null)
        }}
        onBlur={() => {
          setAt(null)
        }}
      >
        {days.map(({ date, state, uptime_percent }, index) => (
          <span
            key={date}
            className={cn(
              'flex h-full min-w-0 flex-1 items-end',
              at !== null && index !== current && 'opacity-45',
            )}
          >
            <span
              className={cn(
                'w-full rounded-sm',
                LOOK[state],
                // Mostly fine, shortly down: the bar says how the day was, the cap what happened.
                state === 'down' && (uptime_percent ?? 0) > 0 && 'border-t-4 border-fg/70',
              )}
            />
          </span>
        ))}
      </div>
      <div className="mt-1 flex justify-between text-xs text-subtle tabular">
        <span>{format.shortDay(days[0]?.date ?? day.date)}</span>
        <span>{t('days.today')}</span>
      </div>
      <div className="mt-2 min-h-11 sm:min-h-5">
        {at === null ? (
          <p className="text-muted">
            {unwatched === days.length
              ? t('days.noneWatched')
              : [
                  worst > 0 ? t('days.withDown', { count: worst }) : t('days.neverDown'),
                  ...(unwatched > 0 ? [t('days.unwatched', { count: unwatched })] : []),
                ].join(' ')}
          </p>
        ) : (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
            <span className="font-medium">{format.day(day.date)}</span>
            <StateMark state={day.state} />
            <span className="text-muted tabular">{details(day, t, format)}</span>
          </p>
        )}
      </div>
    </div>
  )
}

type T = ReturnType<typeof useTranslation<'watcher'>>['t']
type Format = ReturnType<typeof useFormat>

const words = (day: DayPublic, t: T, format: Format) => `${format.day(day.date)}: ${details(day, t, format)}`

function details(day: DayPublic, t: T, format: Format): string {
  const lasted = (key: 'down' | 'degraded' | 'unknown' | 'maintenance') => {
    const seconds = day[`${key}_s`]
    return seconds > 0 ? [t(`days.lasted.${key}`, { time: format.duration(seconds) })] : []
  }
  return [
    day.uptime_percent === null ? t('noData') : t('days.up', { percent: format.percent(day.uptime_percent) }),
    ...lasted('down'),
    ...lasted('degraded'),
    ...lasted('unknown'),
    ...lasted('maintenance'),
    ...(day.amended ? [t('days.corrected')] : []),
  ].join(' · ')
}
