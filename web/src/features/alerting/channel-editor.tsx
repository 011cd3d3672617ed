import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { channelsDelete } from '@/client/sdk.gen'
import { ConfirmButton } from '@/components/confirm-button'
import { NotFound } from '@/components/not-found'
import { Page } from '@/components/page'
import { useWorkspace } from '@/lib/workspace'
import { ChannelAddresses } from './channel-addresses'
import { ChannelForm } from './channel-form'
import { ChannelState } from './channel-state'
import { Gallery } from './gallery'
import { KeyNotice } from './key-notice'
import { useKindWords } from './kind-words'
import { MailNotice } from './mail-notice'
import { alertingKey, channelsQuery, kindsQuery } from './queries'

/** A new channel of a kind; the gallery of kinds where none is chosen. */
export function NewChannel({ kind, onDone }: { kind: string | undefined; onDone: () => void }) {
  const { t, title } = useKindWords()
  const { data } = useSuspenseQuery(kindsQuery)
  const found = data.kinds.find((each) => each.kind === kind)
  if (!found) return <Gallery />
  return (
    <Page title={t('newOf', { kind: title(found) })}>
      {found.kind === 'email' && !data.mail_configured && <MailNotice />}
      <ChannelForm key={found.kind} kind={found} onSaved={onDone} />
    </Page>
  )
}

/** A channel, to be changed, tried or deleted. */
export function EditChannel({ channelId, onDone }: { channelId: string; onDone: () => void }) {
  const { t } = useKindWords()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const { data: kinds } = useSuspenseQuery(kindsQuery)
  const { data: channels } = useSuspenseQuery({ ...channelsQuery(workspace_id), refetchOnWindowFocus: false })
  const [channel] = useState(() => channels.find(({ id }) => id === channelId))
  const kind = kinds.kinds.find((each) => each.kind === channel?.kind)
  const remove = async () => {
    await channelsDelete({ path: { workspace_id, channel_id: channelId }, throwOnError: true })
    toast.success(t('deleted', { name: channel?.name }))
    await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
    onDone()
  }
  if (!channel || !kind) return <NotFound />
  return (
    <Page
      title={channel.name}
      actions={
        <>
          <ChannelState channel={channel} />
          <ConfirmButton
            label={t('delete')}
            icon={<Trash2 aria-hidden />}
            title={t('deleteAsk', { name: channel.name })}
            typed={channel.name}
            onConfirm={remove}
          >
            <p>{t('deleteChannelText')}</p>
          </ConfirmButton>
        </>
      }
    >
      {channel.unusable_because === 'secret_key' && <KeyNotice of="this" />}
      {channel.unusable_because === 'mail_server' && <MailNotice />}
      <div className="grid grid-cols-1 gap-4">
        <ChannelAddresses channelId={channel.id} />
        <ChannelForm kind={kind} channel={channel} onSaved={onDone} />
      </div>
    </Page>
  )
}
