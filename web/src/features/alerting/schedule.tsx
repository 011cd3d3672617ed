import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { useTimeZone } from '@/lib/time-zone'
import { useNow } from '@/lib/use-now'
import { toWall } from '@/lib/wall-time'
import { useWorkspace } from '@/lib/workspace'
import { Calendar } from './calendar'
import { comingDays, type Day } from './calendar-days'
import { REFRESH_MS, scheduleQuery } from './queries'

interface Props {
  rotationId: string
  /** What is done with a day that was picked in the calendar; left out: nothing. */
  onPick?: (day: Day) => void
}

/** Who is on call in the weeks to come: a calendar, or shift after shift where there is no room for one. */
export function Schedule({ rotationId, onPick }: Props) {
  const { t } = useTranslation('alerting')
  const { id } = useWorkspace()
  const format = useFormat()
  const zone = useTimeZone()
  const now = useNow(REFRESH_MS)
  const days = comingDays(now, zone)
  const [first, last] = [days[0], days.at(-1)]
  const { data, error, refetch } = useQuery(
    scheduleQuery(id, rotationId, first?.starts ?? '', last?.ends ?? ''),
  )
  const coming = data?.filter(({ ends_at }) => Date.parse(ends_at) > now) ?? []
  return (
    <Section title={t('schedule')} padded={false}>
      {!data && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="m-4 h-64" />}
      {data && (
        <>
          <div className="max-sm:hidden">
            {onPick && <p className="px-4 pb-3 text-muted">{t('pickDay')}</p>}
            <Calendar
              key={first?.date}
              days={days}
              shifts={data}
              zone={zone}
              today={toWall(now, zone).slice(0, 10)}
              onPick={onPick}
            />
          </div>
          <ol className="divide-y border-t sm:hidden">
            {coming.map((shift, index) => (
              <li key={shift.starts_at} className="flex flex-wrap items-baseline gap-x-4 px-4 py-2">
                <span className="min-w-0 flex-1 font-medium wrap-anywhere">
                  {shift.user?.name ?? t('nobodyOnCall')}
                  {shift.override_id !== null && (
                    <span className="ml-2 font-normal text-subtle">{t('byOverride')}</span>
                  )}
                </span>
                <span className="text-muted tabular">
                  {index === 0
                    ? t('until', { time: format.shortDateTime(shift.ends_at) })
                    : t('fromTo', {
                        from: format.shortDateTime(shift.starts_at),
                        to: format.shortDateTime(shift.ends_at),
                      })}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Section>
  )
}
