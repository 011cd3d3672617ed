import { queryOptions } from '@tanstack/react-query'
import { statusPagesList } from '@/client/sdk.gen'
import { everyPage } from './every-page'

/** What every query about the workspace's pages begins with. */
export const pagesKey = (workspaceId: string) => ['status-pages', workspaceId]

/** Every status page of a workspace, by title; its default page is not among them. */
export function pagesQuery(workspaceId: string) {
  return queryOptions({
    queryKey: [...pagesKey(workspaceId), 'all'],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        statusPagesList({
          path: { workspace_id: workspaceId },
          query: { limit: 100, cursor },
          signal,
          throwOnError: true,
        }),
      ),
  })
}
