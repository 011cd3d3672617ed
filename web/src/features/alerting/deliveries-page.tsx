import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { RotateCw, Send } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { deliveriesList, deliveriesRetry } from '@/client/sdk.gen'
import type { DeliveryPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { DeliveryItem } from '@/components/delivery-item'
import { Empty } from '@/components/empty'
import { Select } from '@/components/input'
import { MoreButton } from '@/components/more-button'
import { useMay, useWorkspace } from '@/lib/workspace'
import { AlertsFrame } from './alerts-frame'
import { STATES, type DeliveriesSearch } from './deliveries-search'
import { Listing } from './listing'
import { alertingKey, channelsQuery, REFRESH_MS } from './queries'

/** What was sent to whom, what is waiting, what was given up. */
export function DeliveriesPage({ search }: { search: DeliveriesSearch }) {
  const { t } = useTranslation('alerting')
  const { t: incidents } = useTranslation('incidents')
  const { id: workspace_id } = useWorkspace()
  const navigate = useNavigate()
  const { data: channels = [] } = useQuery(channelsQuery(workspace_id))
  const list = useInfiniteQuery({
    queryKey: [...alertingKey(workspace_id), 'deliveries', search],
    initialPageParam: undefined as string | undefined,
    refetchInterval: REFRESH_MS,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { state: search.state, channel_id: search.channel, cursor, limit: 50 }
      return (await deliveriesList({ path: { workspace_id }, query, signal, throwOnError: true })).data
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  })
  const change = (changed: DeliveriesSearch) =>
    void navigate({
      from: '/w/$workspace/alerts/deliveries',
      to: '.',
      search: (before) => ({ ...before, ...changed }),
      resetScroll: false,
    })
  const filtered = search.state !== undefined || search.channel !== undefined
  const look = 'sm:w-auto sm:max-w-56'
  return (
    <AlertsFrame part="deliveries">
      <div className="mb-4 grid grid-cols-2 gap-2 sm:flex">
        <Select
          aria-label={t('filter.state')}
          className={look}
          value={search.state ?? ''}
          onChange={({ target }) => {
            change({ state: STATES.find((each) => each === target.value) })
          }}
        >
          <option value="">{t('filter.everyState')}</option>
          {STATES.map((each) => (
            <option key={each} value={each}>
              {incidents(`why.delivery.${each}`)}
            </option>
          ))}
        </Select>
        <Select
          aria-label={t('filter.channel')}
          className={look}
          value={search.channel ?? ''}
          onChange={({ target }) => {
            change({ channel: target.value === '' ? undefined : target.value })
          }}
        >
          <option value="">{t('filter.everyChannel')}</option>
          {channels.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </div>
      <Listing
        query={{ ...list, data: list.data?.pages.flatMap(({ items }) => items) }}
        label={t('parts.deliveries')}
        empty={
          filtered ? (
            <p className="text-muted">{t('empty.filtered')}</p>
          ) : (
            <Empty icon={Send} title={t('empty.deliveries')}>
              <p>{t('empty.deliveriesText')}</p>
            </Empty>
          )
        }
      >
        {(delivery) => (
          <DeliveryItem key={delivery.id} delivery={delivery} className="px-4 py-3">
            <About delivery={delivery} />
          </DeliveryItem>
        )}
      </Listing>
      {list.hasNextPage && (
        <div className="mt-3 grid justify-center">
          <MoreButton
            label={t('older')}
            pending={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </div>
      )}
    </AlertsFrame>
  )
}

/** What it is about, and trying once more what was given up. */
function About({ delivery }: { delivery: DeliveryPublic }) {
  const { t } = useTranslation('alerting')
  const { id: workspace_id, slug } = useWorkspace()
  const queryClient = useQueryClient()
  const may = useMay('admin')
  const { id: delivery_id, incident_id, title } = delivery
  const retry = useMutation({
    mutationFn: () => deliveriesRetry({ path: { workspace_id, delivery_id }, throwOnError: true }),
    onSuccess: async () => {
      toast.success(t('retrying'))
      await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
    },
  })
  return (
    <>
      {incident_id === null ? (
        <span className="wrap-anywhere text-muted">{title || t('unreadable')}</span>
      ) : (
        <Link
          to="/w/$workspace/incidents/$incidentId"
          params={{ workspace: slug, incidentId: incident_id }}
          className="wrap-anywhere text-muted underline-offset-4 hover:underline"
        >
          {title || t('unreadable')}
        </Link>
      )}
      {may && delivery.state === 'dead' && (
        <Button
          aria-label={t('retryNamed', { to: delivery.to })}
          aria-disabled={retry.isPending}
          onClick={() => {
            if (!retry.isPending) retry.mutate()
          }}
        >
          <RotateCw aria-hidden />
          {t('retry')}
        </Button>
      )}
    </>
  )
}
