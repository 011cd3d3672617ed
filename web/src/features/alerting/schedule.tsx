import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'
import { scheduleQuery } from './queries'

const DAYS = 28

/** Who is on call in the weeks to come, shift after shift. */
export function Schedule({ rotationId }: { rotationId: string }) {
  const { t } = useTranslation('alerting')
  const { id } = useWorkspace()
  const format = useFormat()
  const { data, error, refetch } = useQuery(scheduleQuery(id, rotationId, DAYS))
  return (
    <Section title={t('schedule')} padded={false}>
      {!data && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="m-4 h-32" />}
      {data && (
        <ol className="divide-y border-t">
          {data.map((shift, index) => (
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
      )}
    </Section>
  )
}
