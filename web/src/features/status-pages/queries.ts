import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { statusPagesGet, subscribersCount, subscribersList } from '@/client/sdk.gen'
import { pagesKey } from '@/lib/status-pages'

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

/** What every query about a page's subscribers begins with. */
export const subscribersKey = (workspaceId: string, pageId: string) => ['subscribers', workspaceId, pageId]

/** Who subscribed to a page, the first first. */
export function subscribersQuery(workspace_id: string, page_id: string) {
  return infiniteQueryOptions({
    queryKey: [...subscribersKey(workspace_id, page_id), 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const path = { workspace_id, page_id }
      return (await subscribersList({ path, query: { limit: 50, cursor }, signal, throwOnError: true })).data
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  })
}

/** How many subscribed to a page. */
export function subscriberCountsQuery(workspace_id: string, page_id: string) {
  return queryOptions({
    queryKey: [...subscribersKey(workspace_id, page_id), 'counts'],
    queryFn: async ({ signal }) => {
      return (await subscribersCount({ path: { workspace_id, page_id }, signal, throwOnError: true })).data
    },
  })
}
