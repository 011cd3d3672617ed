import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { channelsUpdate } from '@/client/sdk.gen'
import type { ChannelPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'
import { useMay, useWorkspace } from '@/lib/workspace'
import { ChannelState, stateOf } from './channel-state'
import { KindIcon } from './kind-icon'
import { alertingKey } from './queries'

interface Props {
  channel: ChannelPublic
  kindTitle: string
  /** No policy that is on sends anything through it. */
  unnamed: boolean
}

/** A channel: what it is, how it is doing, what it said last. */
export function ChannelRow({ channel, kindTitle, unnamed }: Props) {
  const { t } = useTranslation('alerting')
  const { t: common } = useTranslation()
  const { id: workspace_id, slug } = useWorkspace()
  const queryClient = useQueryClient()
  const may = useMay('admin')
  const format = useFormat()
  const now = useNow(10_000)
  const { name, last_sent_at } = channel
  const waiting = channel.addresses.filter(({ state }) => state !== 'confirmed').map(({ address }) => address)
  const turn = useMutation({
    mutationFn: (enabled: boolean) =>
      channelsUpdate({
        path: { workspace_id, channel_id: channel.id },
        body: { enabled },
        throwOnError: true,
      }),
    onSuccess: async (_, enabled) => {
      await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
      toast.success(t(enabled ? 'turnedOn' : 'turnedOff', { name }), {
        action: { label: common('undo'), onClick: () => turn.mutate(!enabled) },
      })
    },
  })
  const why =
    stateOf(channel) === 'disabled'
      ? channel.disabled_reason
      : channel.failures > 0
        ? channel.last_error
        : null
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 sm:flex-nowrap">
      <KindIcon kind={channel.kind} className="size-5 shrink-0 text-subtle" />
      <div className="min-w-0 flex-1 max-sm:basis-3/4">
        <p className="flex flex-wrap items-baseline gap-x-2">
          {may ? (
            <Link
              to="/w/$workspace/alerts/channels/$channelId"
              params={{ workspace: slug, channelId: channel.id }}
              className="font-medium wrap-anywhere hover:underline"
            >
              {name}
            </Link>
          ) : (
            <span className="font-medium wrap-anywhere">{name}</span>
          )}
          <span className="text-subtle">{kindTitle}</span>
        </p>
        {waiting.length > 0 && (
          <p className="wrap-anywhere text-degraded-fg">
            {t('consent.waitingFor', { addresses: waiting.join(', ') })}
          </p>
        )}
        {unnamed && (
          <p className="text-degraded-fg">
            {t('unnamed')}{' '}
            <Link
              to="/w/$workspace/alerts/policies"
              params={{ workspace: slug }}
              className="underline"
              aria-label={t('toPoliciesNamed', { name })}
            >
              {t('toPolicies')}
            </Link>
          </p>
        )}
        {why !== null && <p className="wrap-anywhere text-muted">{t('lastError', { error: why })}</p>}
        <p className="text-xs text-subtle">
          {last_sent_at === null
            ? t('neverSent')
            : t('lastSent', { time: format.relative(last_sent_at, now) })}
          {channel.quiet_hours.length > 0 && ` · ${t('quiet.has')}`}
        </p>
      </div>
      <ChannelState channel={channel} />
      {may && (
        <Button
          aria-label={t(channel.enabled ? 'turnOffNamed' : 'turnOnNamed', { name })}
          aria-disabled={turn.isPending}
          onClick={() => {
            if (!turn.isPending) turn.mutate(!channel.enabled)
          }}
        >
          {t(channel.enabled ? 'turnOff' : 'turnOn')}
        </Button>
      )}
    </li>
  )
}
