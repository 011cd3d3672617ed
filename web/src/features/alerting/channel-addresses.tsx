import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Ban, CircleCheck, Hourglass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { channelsAsk } from '@/client/sdk.gen'
import type { ChannelAddressPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Setting } from '@/components/setting'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { meQuery, myAddressQuery } from '@/lib/me'
import { useWorkspace } from '@/lib/workspace'
import { alertingKey, channelsQuery } from './queries'

const LOOKS = {
  confirmed: [CircleCheck, 'text-healthy-fg'],
  waiting: [Hourglass, 'text-degraded-fg'],
  refused: [Ban, 'text-down-fg'],
} as const

/** What each address of an email channel says to its mail, where addresses are asked first. */
export function ChannelAddresses({ channelId }: { channelId: string }) {
  const { t } = useTranslation('alerting')
  const { id: workspace_id } = useWorkspace()
  const { data: channels } = useSuspenseQuery(channelsQuery(workspace_id))
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: own } = useQuery(myAddressQuery(me.email))
  const addresses = channels.find(({ id }) => id === channelId)?.addresses ?? []
  const queryClient = useQueryClient()
  const ask = useMutation({
    mutationFn: (address: string) =>
      channelsAsk({ path: { workspace_id, channel_id: channelId }, body: { address }, throwOnError: true }),
    onSuccess: async (_, address) => {
      await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
      toast.success(t('consent.asked', { address }))
    },
  })
  if (addresses.length === 0) return null
  return (
    <Setting title={t('consent.title')} text={t('consent.text')}>
      <ul className="grid gap-3">
        {addresses.map((each) => (
          <Address
            key={each.address}
            said={each}
            held={own !== undefined && own.state !== 'confirmed'}
            busy={ask.isPending}
            onAsk={() => {
              if (!ask.isPending) ask.mutate(each.address)
            }}
          />
        ))}
      </ul>
    </Setting>
  )
}

interface AddressProps {
  said: ChannelAddressPublic
  /** Nobody is asked by the reader before their own address is confirmed. */
  held: boolean
  busy: boolean
  onAsk: () => void
}

function Address({ said, held, busy, onAsk }: AddressProps) {
  const { t } = useTranslation('alerting')
  const format = useFormat()
  const { address, state, asked_at, ask_after, problem } = said
  const [Icon, tone] = LOOKS[state]
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium wrap-anywhere">{address}</span>
          <span className={cn('inline-flex items-center gap-1.5 font-medium', tone)}>
            <Icon aria-hidden className="size-4" />
            {t(`consent.${state}`)}
          </span>
        </p>
        {state === 'waiting' && (
          <p className="wrap-anywhere text-muted">
            {asked_at !== null && t('consent.askedAt', { time: format.dateTime(asked_at) })}
            {asked_at === null &&
              !held &&
              t(problem === null ? 'consent.notAsked' : 'consent.notAskedBecause', { problem })}
            {held && ` ${t('consent.held')}`}
            {ask_after !== null && ` ${t('consent.askAfter', { time: format.dateTime(ask_after) })}`}
            {asked_at !== null && problem !== null && ` ${t('consent.problem', { problem })}`}
          </p>
        )}
      </div>
      {state === 'waiting' && ask_after === null && !held && (
        <Button aria-label={t('consent.askNamed', { address })} aria-disabled={busy} onClick={onAsk}>
          {t('consent.ask')}
        </Button>
      )}
    </li>
  )
}
