import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { watchersBulk } from '@/client/sdk.gen'
import type { BulkAction } from '@/client/types.gen'
import { useWorkspace } from '@/lib/workspace'
import { refreshOverview } from './query'

export interface BulkWish {
  ids: string[]
  action: BulkAction
  tags?: string[]
}

const BACK: Partial<Record<BulkAction, BulkAction>> = {
  pause: 'resume',
  resume: 'pause',
  tag: 'untag',
  untag: 'tag',
}

/** One action on many watchers; says how many it was done for, and offers the way back where there is one. */
export function useBulk() {
  const { t } = useTranslation('overview')
  const { t: common } = useTranslation()
  const { id } = useWorkspace()
  const queryClient = useQueryClient()
  const bulk = useMutation({
    mutationFn: async (body: BulkWish) =>
      (await watchersBulk({ path: { workspace_id: id }, body, throwOnError: true })).data,
    onSettled: () => refreshOverview(queryClient, id),
  })
  const run = (wish: BulkWish, after?: () => void) => {
    bulk.mutate(wish, {
      onSuccess: ({ done, failed }) => {
        const back = BACK[wish.action]
        toast.success(t(`bulk.${wish.action}.done`, { count: done.length }), {
          description: failed.length > 0 ? t('bulk.failed', { count: failed.length }) : undefined,
          action:
            back && done.length > 0
              ? {
                  label: common('undo'),
                  onClick: () => {
                    bulk.mutate({ ...wish, ids: done, action: back })
                  },
                }
              : undefined,
        })
        after?.()
      },
    })
  }
  return { run, pending: bulk.isPending }
}
