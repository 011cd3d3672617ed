import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { watchersBulk } from '@/client/sdk.gen'
import type { BulkAction } from '@/client/types.gen'
import { refreshOverview } from './overview'
import { refreshWatchers } from './watcher-cache'

export interface BulkWish {
  ids: string[]
  action: BulkAction
  tags?: string[]
  /** What is said when it is done, instead of how many. */
  said?: string
  /** Takes the last one back. */
  undoes?: boolean
}

const BACK: Partial<Record<BulkAction, BulkAction>> = {
  pause: 'resume',
  resume: 'pause',
  tag: 'untag',
  untag: 'tag',
}

/** One action on many watchers; says how many it was done for, and offers the way back where there is one. */
export function useBulk(workspaceId: string) {
  const { t } = useTranslation('overview')
  const { t: common } = useTranslation()
  const queryClient = useQueryClient()
  const bulk = useMutation({
    mutationFn: async ({ ids, action, tags }: BulkWish) =>
      (
        await watchersBulk({
          path: { workspace_id: workspaceId },
          body: { ids, action, tags },
          throwOnError: true,
        })
      ).data,
    // Said here, not by whoever asked: the command menu is closed by then.
    onSuccess: ({ done, failed }, wish) => {
      if (wish.undoes) return
      const throttled = failed.filter(({ reason }) => reason === 'throttled').length
      const refused = failed.length - throttled
      const description = [
        refused > 0 && t('bulk.failed', { count: refused }),
        throttled > 0 && t('bulk.throttled', { count: throttled }),
      ]
        .filter(Boolean)
        .join(' ')
      const back = BACK[wish.action]
      toast.success(wish.said ?? t(`bulk.${wish.action}.done`, { count: done.length }), {
        description: description || undefined,
        action:
          back && done.length > 0
            ? {
                label: common('undo'),
                onClick: () => {
                  bulk.mutate({ ids: done, action: back, tags: wish.tags, undoes: true })
                },
              }
            : undefined,
      })
    },
    onSettled: (_data, _error, { ids }) =>
      Promise.all([refreshOverview(queryClient, workspaceId), refreshWatchers(queryClient, ids)]),
  })
  const run = (wish: BulkWish, after?: () => void) => {
    bulk.mutate(wish, { onSuccess: after })
  }
  return { run, pending: bulk.isPending }
}
