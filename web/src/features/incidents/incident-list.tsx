import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { MoreButton } from '@/components/more-button'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { incidentsQuery, useIncidentInterval, type IncidentFilter } from '@/lib/incidents'
import { useNow } from '@/lib/use-now'
import { useWorkspace } from '@/lib/workspace'
import { IncidentRow } from './incident-row'

interface Props {
  title: string
  filter: IncidentFilter
  /** In place of an empty list. */
  empty: ReactNode
}

/** One list of incidents, the latest first. */
export function IncidentList({ title, filter, empty }: Props) {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const now = useNow()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...incidentsQuery(id, filter),
    refetchInterval: useIncidentInterval(),
  })
  const incidents = data?.pages.flatMap(({ items }) => items)
  return (
    <Section title={title} padded={false}>
      {!incidents && error && (
        <div className="px-4 pb-4">
          <ErrorView error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {!incidents && !error && (
        <div className="grid gap-3 px-4 pb-4">
          {Array.from({ length: 3 }, (_, index) => (
            <Skeleton key={index} className="h-10" />
          ))}
        </div>
      )}
      {incidents?.length === 0 && <div className="px-4 pb-4 text-muted">{empty}</div>}
      {incidents && incidents.length > 0 && (
        <ul aria-label={title} className="divide-y border-t">
          {incidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} now={now} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div className="flex justify-center border-t p-2">
          <MoreButton label={t('older')} pending={isFetchingNextPage} onMore={() => void fetchNextPage()} />
        </div>
      )}
    </Section>
  )
}
