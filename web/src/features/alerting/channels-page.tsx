import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BellPlus, Plus } from 'lucide-react'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { useMay, useWorkspace } from '@/lib/workspace'
import { AlertsFrame } from './alerts-frame'
import { ChannelRow } from './channel-row'
import { KeyNotice } from './key-notice'
import { useKindWords } from './kind-words'
import { Listing } from './listing'
import { MailNotice } from './mail-notice'
import { channelsQuery, kindsQuery, policiesQuery, REFRESH_MS } from './queries'

/** Where messages go: every channel and how it is doing. */
export function ChannelsPage() {
  const { t, title } = useKindWords()
  const { id, slug } = useWorkspace()
  const may = useMay('admin')
  const channels = useQuery({ ...channelsQuery(id), refetchInterval: REFRESH_MS })
  const { data: kinds } = useQuery(kindsQuery)
  const { data: policies } = useQuery(policiesQuery(id))
  const add = may && (
    <Button asChild variant="primary">
      <Link to="/w/$workspace/alerts/channels/new" params={{ workspace: slug }}>
        <Plus aria-hidden />
        {t('addChannel')}
      </Link>
    </Button>
  )
  const named = new Set(
    policies
      ?.filter(({ enabled }) => enabled)
      .flatMap(({ steps }) => steps.flatMap((each) => each.channel_ids)),
  )
  const titleOf = (kind: string) =>
    title(kinds?.kinds.find((each) => each.kind === kind) ?? { kind, title: kind })
  return (
    <AlertsFrame part="channels" actions={channels.data?.length ? add : undefined}>
      {channels.data?.some((each) => each.unusable_because === 'secret_key') && <KeyNotice of="some" />}
      {channels.data?.some((each) => each.unusable_because === 'mail_server') && <MailNotice />}
      {channels.data?.length === 0 && kinds?.mail_configured === false && <MailNotice />}
      <Listing
        query={channels}
        label={t('parts.channels')}
        empty={
          <Empty icon={BellPlus} title={t('empty.channels')} action={add}>
            <p>{t('empty.channelsText')}</p>
          </Empty>
        }
      >
        {(channel) => (
          <ChannelRow
            key={channel.id}
            channel={channel}
            kindTitle={titleOf(channel.kind)}
            unnamed={policies !== undefined && !named.has(channel.id)}
          />
        )}
      </Listing>
    </AlertsFrame>
  )
}
