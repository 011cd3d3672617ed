import { infiniteQueryOptions } from '@tanstack/react-query'
import { amendmentsList } from '@/client/sdk.gen'
import { watcherKey } from '@/lib/watcher-cache'
import type { Path } from './queries'

const PAGE = 20

/** What people have corrected of a watcher's record, the latest first. */
export function amendmentsQuery({ workspace_id, watcher_id }: Path) {
  return infiniteQueryOptions({
    queryKey: [...watcherKey(watcher_id), 'amendments'],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { watcher_id, limit: PAGE, cursor }
      return (await amendmentsList({ path: { workspace_id }, query, signal, throwOnError: true })).data
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? null,
  })
}
