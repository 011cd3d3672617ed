import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { Facts } from './facts'
import { sharesOf } from './phases'
import { lastFailureQuery, type Path } from './queries'
import { ReasonText } from '@/components/reason-text'
import { Section } from '@/components/section'
import { ShareBar } from './share-bar'

/** What the last check that was not healthy got for an answer. */
export function LastFailureSection({ path }: { path: Path }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const { data: failure, error, refetch } = useQuery(lastFailureQuery(path))
  const shares = failure ? sharesOf(failure) : []
  return (
    <Section title={t('failure.title')}>
      {failure === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {failure === undefined && !error && <Skeleton className="h-24" />}
      {failure === null && <p className="text-muted">{t('failure.none')}</p>}
      {failure && (
        <div className="grid gap-3">
          <p className="flex flex-wrap items-center justify-between gap-x-3">
            <StateMark state={failure.status} look="badge" />
            <span className="text-xs text-subtle tabular">{format.dateTime(failure.created_at)}</span>
          </p>
          <ReasonText reason={failure.reason} message={failure.message} />
          <Facts
            facts={[
              [t('failure.code'), failure.response_status ?? t('failure.noAnswer')],
              [
                t('failure.time'),
                failure.response_time_ms === null ? '–' : format.milliseconds(failure.response_time_ms),
              ],
            ]}
          />
          {shares.length > 1 && <ShareBar shares={shares} />}
        </div>
      )}
    </Section>
  )
}
