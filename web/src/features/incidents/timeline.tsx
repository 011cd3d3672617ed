import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { MoreButton } from '@/components/more-button'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { timelineQuery } from '@/lib/incidents'
import { useWorkspace } from '@/lib/workspace'
import { useEntryWords } from './entry-words'
import { SAID, TimelineEntry } from './timeline-entry'

interface Props {
  incidentId: string
  refetchInterval: number | false
}

/** Everything that happened, newest first; what is new is announced. */
export function Timeline({ incidentId, refetchInterval }: Props) {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const words = useEntryWords()
  const [people, setPeople] = useState(false)
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...timelineQuery(id, incidentId),
    refetchInterval,
  })
  const entries = data?.pages.flatMap(({ items }) => items)
  const shown = entries?.filter(({ kind }) => !people || SAID.includes(kind))
  const latest = entries?.[0]
  return (
    <Section
      title={t('timeline.title')}
      actions={
        <div role="group" aria-label={t('timeline.pick')} className="flex gap-1">
          {[false, true].map((only) => (
            <button
              key={String(only)}
              type="button"
              aria-pressed={people === only}
              className="rounded-md px-2 py-1 text-xs text-muted hover:text-fg aria-pressed:bg-hover aria-pressed:font-medium aria-pressed:text-fg"
              onClick={() => {
                setPeople(only)
              }}
            >
              {t(only ? 'timeline.people' : 'timeline.all')}
            </button>
          ))}
        </div>
      }
    >
      <p role="status" className="sr-only">
        {latest && t('timeline.latest', { what: words(latest) })}
      </p>
      {!entries && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {!entries && !error && (
        <div className="grid gap-3">
          {Array.from({ length: 4 }, (_, index) => (
            <Skeleton key={index} className="h-8" />
          ))}
        </div>
      )}
      {shown && (
        <ol aria-label={t('timeline.title')} className="pt-1">
          {shown.map((entry) => (
            <TimelineEntry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <MoreButton
          label={t('timeline.older')}
          pending={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
        />
      )}
    </Section>
  )
}
