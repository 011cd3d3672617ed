import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { subscribersDelete } from '@/client/sdk.gen'
import type { SubscriberPublic } from '@/client/types.gen'
import { Confirm } from '@/components/confirm'
import { useWorkspace } from '@/lib/workspace'
import { subscribersKey } from './queries'

interface Props {
  pageId: string
  /** Whom; null while nobody is asked about. */
  subscriber: SubscriberPublic | null
  onClose: () => void
}

/** Asks before somebody is taken off the list. */
export function RemoveSubscriber({ pageId: page_id, subscriber, onClose }: Props) {
  const { t } = useTranslation('statusPages')
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: ({ id: subscriber_id }: SubscriberPublic) =>
      subscribersDelete({ path: { workspace_id, page_id, subscriber_id }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async (_, { address }) => {
      await queryClient.invalidateQueries({ queryKey: subscribersKey(workspace_id, page_id) })
      toast.success(t('subscribers.removed', { address }))
      onClose()
    },
  })
  const close = () => {
    remove.reset()
    onClose()
  }
  const address = subscriber?.address ?? ''
  return (
    <Confirm
      open={subscriber !== null}
      onOpenChange={close}
      title={t('subscribers.removeAsk', { address })}
      action={t('subscribers.removeDo')}
      pending={remove.isPending}
      problem={remove.error}
      onConfirm={() => {
        if (subscriber) remove.mutate(subscriber)
      }}
    >
      <p>{t('subscribers.removeText')}</p>
    </Confirm>
  )
}
