import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { watchersCheck, watchersDelete, watchersPause, watchersResume } from '@/client/sdk.gen'
import type { WatcherPublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { forgetWatcher, refreshWatcher } from '@/lib/watcher-cache'
import { useWorkspace } from '@/lib/workspace'
import { asReason } from '@/lib/reasons'

/** What can be done with a watcher, by those who may. */
export function useWatcherActions(watcher: WatcherPublic) {
  const { t } = useTranslation('watcher')
  const { t: common } = useTranslation()
  const { t: why } = useTranslation('reasons')
  const { slug } = useWorkspace()
  const format = useFormat()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const path = { workspace_id: watcher.workspace_id, watcher_id: watcher.id }
  const refresh = () => refreshWatcher(queryClient, watcher.id)

  const check = useMutation({
    mutationFn: async () => (await watchersCheck({ path, throwOnError: true })).data,
    onSuccess: (event) => {
      const reason = asReason(event.reason)
      const time = event.response_time_ms === null ? null : format.milliseconds(event.response_time_ms)
      const state = common(`state.${event.status}`)
      const title = time === null ? state : t('checked', { state, time })
      const description = reason ? why(reason) : (event.message ?? undefined)
      if (event.status === 'healthy') toast.success(title)
      else toast.error(title, { description })
    },
    onSettled: refresh,
  })
  const pausing = useMutation({
    mutationFn: async (pause: boolean) => {
      const send = pause ? watchersPause : watchersResume
      return (await send({ path, throwOnError: true })).data
    },
    onSettled: refresh,
  })
  /** Says what was done, with the way back. */
  const setPaused = (pause: boolean) => {
    pausing.mutate(pause, {
      onSuccess: () => {
        toast.success(t(pause ? 'paused' : 'resumed', { name: watcher.name }), {
          action: {
            label: common('undo'),
            onClick: () => {
              pausing.mutate(!pause)
            },
          },
        })
      },
    })
  }
  const remove = useMutation({
    meta: { quiet: true },
    mutationFn: () => watchersDelete({ path, throwOnError: true }),
    onSuccess: async () => {
      toast.success(t('deleted', { name: watcher.name }))
      await navigate({ to: '/w/$workspace', params: { workspace: slug } })
      forgetWatcher(queryClient, watcher.id)
      void queryClient.invalidateQueries()
    },
  })
  return { check, pausing, setPaused, remove }
}
