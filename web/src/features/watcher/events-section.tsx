import { useInfiniteQuery } from '@tanstack/react-query'
import { Loader, ScanSearch } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { EventFilters } from './event-filters'
import { EventRow } from './event-row'
import { eventsQuery, type Path } from './queries'
import { Section } from '@/components/section'
import type { WatcherSearch } from './search'
import { useSearchSetter } from './use-search-setter'

const COLUMNS = ['status', 'time', 'code', 'response', 'said'] as const

/** Every check, newest first. */
export function EventsSection({ path, search }: { path: Path; search: WatcherSearch }) {
  const { t } = useTranslation('watcher')
  const setSearch = useSearchSetter()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    eventsQuery(path, search),
  )
  const events = data?.pages.flatMap(({ items }) => items)
  const filtered = search.status !== undefined || search.from !== undefined
  return (
    <Section title={t('events.title')} padded={false} actions={<EventFilters search={search} />}>
      {!events && error && (
        <div className="px-4 pb-4">
          <ErrorView error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {!events && !error && (
        <div className="grid gap-px px-4 pb-4">
          {Array.from({ length: 8 }, (_, index) => (
            <Skeleton key={index} className="my-1 h-7" />
          ))}
        </div>
      )}
      {events?.length === 0 && (
        <div className="grid justify-items-center gap-2 px-4 py-10 text-center text-muted">
          <ScanSearch aria-hidden className="size-6 text-subtle" strokeWidth={1.5} />
          <p>{filtered ? t('events.noneFound') : t('events.none')}</p>
          {filtered && (
            <Button
              onClick={() => {
                setSearch({ status: undefined, from: undefined, to: undefined })
              }}
            >
              {t('events.all')}
            </Button>
          )}
        </div>
      )}
      {events && events.length > 0 && (
        <>
          <table className="w-full table-fixed border-t">
            <thead className="hidden text-left text-xs text-subtle md:table-header-group">
              <tr>
                <td className="w-10" />
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" className={WIDTHS[column]}>
                    {t(`events.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <EventRow key={event.id} event={event} />
              ))}
            </tbody>
          </table>
          {hasNextPage && (
            <More
              pending={isFetchingNextPage}
              failed={error !== null}
              onMore={() => {
                if (!isFetchingNextPage) void fetchNextPage()
              }}
            />
          )}
        </>
      )}
    </Section>
  )
}

const WIDTHS: Record<(typeof COLUMNS)[number], string> = {
  status: 'w-28 py-2 font-medium',
  time: 'w-48 py-2 font-medium',
  code: 'w-16 py-2 font-medium',
  response: 'w-24 py-2 pr-6 text-right font-medium',
  said: 'py-2 pr-4 font-medium',
}

interface MoreProps {
  pending: boolean
  /** After a failure nothing is asked by itself any more. */
  failed: boolean
  onMore: () => void
}

/** Fetches what is older when it comes into sight, or by its button. */
function More({ pending, failed, onMore }: MoreProps) {
  const { t } = useTranslation('watcher')
  const place = useRef<HTMLDivElement>(null)
  const more = useRef(onMore)
  useEffect(() => {
    more.current = onMore
  })
  useEffect(() => {
    if (!place.current || failed || !('IntersectionObserver' in globalThis)) return
    const seen = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) more.current()
    })
    seen.observe(place.current)
    return () => {
      seen.disconnect()
    }
  }, [failed, pending])
  return (
    <div ref={place} className="flex justify-center border-t p-3">
      <Button variant="ghost" aria-disabled={pending} onClick={onMore}>
        {pending && <Loader aria-hidden className="animate-spin" />}
        {pending ? t('events.loading') : t('events.older')}
      </Button>
    </div>
  )
}
