import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConnected } from '@/lib/use-live'
import { refreshWatcher } from '@/lib/watcher-cache'

const EVERY_MS = 10_000

/** Keeps what is shown about a watcher up to date; rests while the live stream does. */
export function useWatcherRefresh(watcherId: string) {
  const queryClient = useQueryClient()
  const connected = useConnected()
  useEffect(() => {
    if (connected) return
    const timer = setInterval(() => {
      if (!document.hidden && navigator.onLine) void refreshWatcher(queryClient, watcherId)
    }, EVERY_MS)
    return () => {
      clearInterval(timer)
    }
  }, [queryClient, watcherId, connected])
}
