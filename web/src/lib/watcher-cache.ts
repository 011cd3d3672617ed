import type { QueryClient, QueryKey } from '@tanstack/react-query'

// Further down people read; the pages they opened do not move under their eyes.
const MAX_FOLLOWED_PAGES = 2

/** What keys of queries about one watcher begin with. */
export const watcherKey = (watcherId: string) => ['watcher', watcherId] as const

/** The watcher that a query is about. */
function watcherOf([first, second]: QueryKey): unknown {
  if (first === 'watcher') return second
  const generated = first as { path?: { watcher_id?: string } } | undefined
  return generated?.path?.watcher_id
}

function isReadDeep(data: unknown): boolean {
  const pages = (data as { pages?: unknown[] } | undefined)?.pages
  return pages !== undefined && pages.length > MAX_FOLLOWED_PAGES
}

/** Asks anew for everything that is shown about these watchers (left out: about any), in one look at the cache. */
export function refreshWatchers(queryClient: QueryClient, watcherIds?: readonly string[]): Promise<void> {
  const wanted = watcherIds && new Set<unknown>(watcherIds)
  const isWanted = (watcher: unknown) => (wanted ? wanted.has(watcher) : watcher !== undefined)
  return queryClient.invalidateQueries({
    predicate: ({ queryKey, state }) => isWanted(watcherOf(queryKey)) && !isReadDeep(state.data),
  })
}

/** Asks anew for everything that is shown about a watcher. */
export function refreshWatcher(queryClient: QueryClient, watcherId: string): Promise<void> {
  return refreshWatchers(queryClient, [watcherId])
}

/** Forgets everything about a watcher that is gone. */
export function forgetWatcher(queryClient: QueryClient, watcherId: string) {
  queryClient.removeQueries({ predicate: ({ queryKey }) => watcherOf(queryKey) === watcherId })
}
