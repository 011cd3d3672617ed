import { queryOptions } from '@tanstack/react-query'
import { watchersList } from '@/client/sdk.gen'
import { everyPage } from './every-page'

/** Every watcher of a workspace, by name. */
export function watchersQuery(workspaceId: string) {
  return queryOptions({
    queryKey: ['watchers', workspaceId],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        watchersList({
          path: { workspace_id: workspaceId },
          query: { limit: 200, cursor },
          signal,
          throwOnError: true,
        }),
      ),
  })
}
