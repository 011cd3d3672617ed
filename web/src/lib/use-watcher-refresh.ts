import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'

const EVERY_MS = 10_000
// Further down people read; the pages they opened do not move under their eyes.
const MAX_FOLLOWED_PAGES = 2

/** What keys of queries about one watcher begin with. */
export const watcherKey = (watcherId: string) => ['watcher', watcherId] as const

function isAbout(watcherId: string, [first, second]: QueryKey): boolean {
  if (first === 'watcher') return second === watcherId
  const generated = first as { path?: { watcher_id?: string } } | undefined
  return generated?.path?.watcher_id === watcherId
}

function isReadDeep(data: unknown): boolean {
  const pages = (data as { pages?: unknown[] } | undefined)?.pages
  return pages !== undefined && pages.length > MAX_FOLLOWED_PAGES
}

/** Asks anew for everything that is shown about a watcher. */
export function refreshWatcher(queryClient: QueryClient, watcherId: string): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey, state }) => isAbout(watcherId, queryKey) && !isReadDeep(state.data),
  })
}

/** Forgets everything about a watcher that is gone. */
export function forgetWatcher(queryClient: QueryClient, watcherId: string) {
  queryClient.removeQueries({ predicate: ({ queryKey }) => isAbout(watcherId, queryKey) })
}

/** Keeps what is shown about a watcher up to date while the caller is mounted. */
export function useWatcherRefresh(watcherId: string) {
  const queryClient = useQueryClient()
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden && navigator.onLine) void refreshWatcher(queryClient, watcherId)
    }, EVERY_MS)
    return () => {
      clearInterval(timer)
    }
  }, [queryClient, watcherId])
}
