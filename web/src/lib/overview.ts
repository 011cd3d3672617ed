import { useQuery, type QueryClient } from '@tanstack/react-query'
import { overviewReadOptions } from '@/client/@tanstack/react-query.gen'
import type { OverviewPublic, OverviewWatcher } from '@/client/types.gen'
import { useConnected } from './use-live'

type State = OverviewWatcher['state']

/** What needs a person first stands first. */
export const WORST_FIRST: readonly State[] = [
  'down',
  'degraded',
  'unknown',
  'pending',
  'maintenance',
  'healthy',
  'paused',
]

// Without the live stream; with it, only what grows with time (bars, uptime, the next day) is asked for.
const REFRESH_MS = 15_000
const GROWTH_MS = 300_000

/** Everything the overview shows, in one call. */
export function overviewQuery(workspaceId: string) {
  return overviewReadOptions({ path: { workspace_id: workspaceId } })
}

/** The same, kept up to date while the caller is mounted. */
export function useOverview(workspaceId: string) {
  const connected = useConnected()
  return useQuery({
    ...overviewQuery(workspaceId),
    refetchInterval: connected ? GROWTH_MS : REFRESH_MS,
  })
}

/** Asks anew for the overview. */
export function refreshOverview(queryClient: QueryClient, workspaceId: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: overviewQuery(workspaceId).queryKey })
}

/** The state that is said first of so many watchers in each. */
export function worstOf(counts: OverviewPublic['counts']): State {
  return WORST_FIRST.find((state) => (counts[state] ?? 0) > 0) ?? 'healthy'
}

/** Whether every word stands somewhere in its name, address or tags. */
export function isFoundBy({ name, url, tags }: OverviewWatcher, query: string): boolean {
  const text = `${name} ${url} ${tags.join(' ')}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
