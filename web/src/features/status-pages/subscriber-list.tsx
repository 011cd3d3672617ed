import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic, SubscriberPublic } from '@/client/types.gen'
import { ErrorView } from '@/components/error-view'
import { MoreButton } from '@/components/more-button'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'
import { subscriberCountsQuery, subscribersQuery } from './queries'
import { RemoveSubscriber } from './remove-subscriber'
import { SubscriberRow } from './subscriber-row'

const COUNTS = ['confirmed', 'unconfirmed', 'disabled'] as const

/** How many subscribed, and each of them with a masked address. */
export function SubscriberList({ page }: { page: StatusPagePublic }) {
  const { t } = useTranslation('statusPages')
  const format = useFormat()
  const { id } = useWorkspace()
  const { data: counts } = useQuery(subscriberCountsQuery(id, page.id))
  const list = useInfiniteQuery(subscribersQuery(id, page.id))
  const [leaving, setLeaving] = useState<SubscriberPublic | null>(null)
  const subscribers = list.data?.pages.flatMap(({ items }) => items)
  if (!subscribers) {
    if (list.error) return <ErrorView error={list.error} onRetry={() => void list.refetch()} />
    return <Skeleton className="h-16" />
  }
  if (subscribers.length === 0) return <p className="text-subtle">{t('subscribers.none')}</p>
  return (
    <>
      {counts && (
        <dl className="flex flex-wrap gap-x-6 gap-y-2">
          {COUNTS.map((state) => (
            <div key={state} className="flex items-baseline gap-1.5">
              <dd className="order-first text-lg font-semibold tabular">{format.number(counts[state])}</dd>
              <dt className="text-muted">{t(`subscribers.count.${state}`)}</dt>
            </div>
          ))}
        </dl>
      )}
      <ul aria-label={t('subscribers.heading')} className="max-h-96 divide-y overflow-auto rounded-md border">
        {subscribers.map((subscriber) => (
          <SubscriberRow
            key={subscriber.id}
            subscriber={subscriber}
            page={page}
            onRemove={() => {
              setLeaving(subscriber)
            }}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <MoreButton
          label={t('subscribers.more')}
          pending={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      <RemoveSubscriber
        pageId={page.id}
        subscriber={leaving}
        onClose={() => {
          setLeaving(null)
        }}
      />
    </>
  )
}
