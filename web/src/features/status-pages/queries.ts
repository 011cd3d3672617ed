import { queryOptions } from '@tanstack/react-query'
import { statusPagesGet, statusPagesList } from '@/client/sdk.gen'
import { everyPage } from '@/lib/every-page'

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

/** One status page. */
export function pageQuery(workspace_id: string, page_id: string) {
  return queryOptions({
    queryKey: [...pagesKey(workspace_id), page_id],
    // What is being edited does not change under the hands of the editor.
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => {
      const { data } = await statusPagesGet({ path: { workspace_id, page_id }, signal, throwOnError: true })
      return data
    },
  })
}
