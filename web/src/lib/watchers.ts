import { queryOptions } from '@tanstack/react-query'
import { watchersList } from '@/client/sdk.gen'
import type { WatcherPublic } from '@/client/types.gen'

/** Every watcher of a workspace, by name. */
export function watchersQuery(workspaceId: string) {
  return queryOptions({
    queryKey: ['watchers', workspaceId],
    queryFn: async ({ signal }) => {
      const found: WatcherPublic[] = []
      let cursor: string | undefined
      do {
        const { data } = await watchersList({
          path: { workspace_id: workspaceId },
          query: { limit: 200, cursor },
          signal,
          throwOnError: true,
        })
        found.push(...data.items)
        cursor = data.next_cursor ?? undefined
      } while (cursor)
      return found
    },
  })
}
