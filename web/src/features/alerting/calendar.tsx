import { useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ShiftPublic } from '@/client/types.gen'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { toWall } from '@/lib/wall-time'
import { placeAfter, shiftsOn, weeksOf, type Day } from './calendar-days'
import { weekdayName, WEEK } from './weekdays'

interface Props {
  days: Day[]
  shifts: readonly ShiftPublic[]
  zone: string
  today: string
  /** What is done with a day that was picked; left out: nothing. */
  onPick?: (day: Day) => void
}

/** Four weeks as a grid of days, walked through with the arrows; Enter picks a day. */
export function Calendar({ days, shifts, zone, today, onPick }: Props) {
  const { t } = useTranslation('alerting')
  const format = useFormat()
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      days.findIndex(({ date }) => date === today),
    ),
  )
  const cells = useRef<(HTMLDivElement | null)[]>([])
  const wordsOf = (day: Day) =>
    shiftsOn(shifts, day).map(({ shift, from }) => ({
      name: shift.user?.name ?? t('nobodyOnCall'),
      nobody: shift.user === null,
      override: shift.override_id !== null,
      time: from === null ? null : toWall(from, zone).slice(11),
    }))
  const onKeyDown = (event: KeyboardEvent, day: Day) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onPick?.(day)
      return
    }
    const next = placeAfter(event.key, active, days.length)
    if (next === active) return
    event.preventDefault()
    setActive(next)
    cells.current[next]?.focus()
  }
  return (
    <div role="grid" aria-label={t('schedule')} className="border-t text-left text-xs">
      <div role="row" className="grid grid-cols-7">
        {WEEK.map((day) => (
          <div key={day} role="columnheader" className="px-2 py-1.5 font-medium text-subtle">
            {weekdayName(format.language, day)}
          </div>
        ))}
      </div>
      {weeksOf(days).map((week, row) => (
        <div key={week[0]?.date} role="row" className="grid grid-cols-7 border-t">
          {week.map((day, column) => {
            const place = row * WEEK.length + column
            const parts = wordsOf(day)
            const isPast = day.date < today
            const said = parts.map(({ name, override, time }) =>
              [time === null ? name : t('fromThen', { time, name }), override ? t('byOverride') : '']
                .filter(Boolean)
                .join(' '),
            )
            return (
              <div
                key={day.date}
                ref={(cell) => {
                  cells.current[place] = cell
                }}
                role="gridcell"
                tabIndex={place === active ? 0 : -1}
                aria-label={`${format.day(day.date)}: ${said.join(', ') || t('nobodyOnCall')}`}
                aria-current={day.date === today ? 'date' : undefined}
                onFocus={() => {
                  setActive(place)
                }}
                onClick={() => onPick?.(day)}
                onKeyDown={(event) => {
                  onKeyDown(event, day)
                }}
                className={cn(
                  'min-h-17 min-w-0 border-l p-1.5 -outline-offset-2 first:border-l-0',
                  onPick && 'cursor-pointer hover:bg-hover',
                  isPast && 'bg-sunken',
                )}
              >
                <span
                  className={cn(
                    'mb-1 inline-grid h-5 min-w-5 place-items-center rounded-full px-1 tabular',
                    day.date === today ? 'bg-accent font-medium text-on-accent' : 'text-muted',
                  )}
                >
                  {Number(day.date.slice(8))}
                </span>
                <span className="grid gap-0.5">
                  {parts.map(({ name, nobody, override, time }, index) => (
                    <span
                      key={index}
                      className={cn(
                        'truncate rounded-sm px-1',
                        nobody ? 'bg-down-bg text-down-fg' : 'bg-accent-bg text-accent-text',
                        override &&
                          'bg-maintenance-bg font-medium text-maintenance-fg underline decoration-dotted',
                      )}
                    >
                      {time !== null && <span className="tabular">{time} </span>}
                      {name}
                    </span>
                  ))}
                </span>
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}
