import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { useTimeZone } from '@/lib/time-zone'
import { DayBars } from './day-bars'
import { daysQuery, UPTIME_DAYS, type Path } from './queries'
import { Section } from '@/components/section'
import { UptimeFigure } from './uptime-figure'

/** How much of the last 90 days it was up, day by day. */
export function DaysSection({ path }: { path: Path }) {
  const { t } = useTranslation('watcher')
  const daily = useQuery(daysQuery(path, useTimeZone()))
  return (
    <Section title={t('days.title')}>
      <dl className="mb-5 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        {UPTIME_DAYS.map((days) => (
          <UptimeFigure key={days} path={path} days={days} />
        ))}
      </dl>
      {daily.data && <DayBars days={daily.data.days} />}
      {!daily.data && daily.error && <ErrorView error={daily.error} onRetry={() => void daily.refetch()} />}
      {!daily.data && !daily.error && <Skeleton className="h-20" />}
    </Section>
  )
}
