import { useQuery, type QueryClient } from '@tanstack/react-query'
import { overviewReadOptions, overviewReadQueryKey } from '@/client/@tanstack/react-query.gen'

// The live stream brings what changes at once; this catches what a stream cannot know (bars, uptime, the next day).
const REFRESH_MS = 15_000

/** Everything the overview shows, in one call. */
export function useOverview(workspaceId: string) {
  return useQuery({
    ...overviewReadOptions({ path: { workspace_id: workspaceId } }),
    refetchInterval: REFRESH_MS,
  })
}

/** Asks anew for the overview. */
export function refreshOverview(queryClient: QueryClient, workspaceId: string): Promise<void> {
  return queryClient.invalidateQueries({
    queryKey: overviewReadQueryKey({ path: { workspace_id: workspaceId } }),
  })
}
