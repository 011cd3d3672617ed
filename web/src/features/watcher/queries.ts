import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { changesList, eventsList, latencyRead, uptimeDaily, uptimeRead } from '@/client/sdk.gen'
import type { ChangePublic } from '@/client/types.gen'
import { watcherKey } from '@/lib/watcher-cache'
import { periodOf, windowOf, type WatcherSearch } from './search'

/** Whose history: as the API's paths name it. */
export interface Path {
  workspace_id: string
  watcher_id: string
}

export const UPTIME_DAYS = [1, 7, 30, 90] as const
/** How far back changes of state are shown. */
export const CHANGE_DAYS = 90
const DAY_MS = 86_400_000
const PAGE = 50
const CHANGES_A_PAGE = 200
const MAX_CHANGE_PAGES = 5

/** Latency over the time the address names; the previous chart stays until the next is there. */
export function latencyQuery(path: Path, search: WatcherSearch) {
  const { range, from, to } = search
  return queryOptions({
    queryKey: [...watcherKey(path.watcher_id), 'latency', { range, from, to }],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = windowOf(search, Date.now())
      return (await latencyRead({ path, query, signal, throwOnError: true })).data
    },
  })
}

/** Checks, newest first, a page at a time. */
export function eventsQuery(path: Path, search: WatcherSearch) {
  const query = { ...periodOf(search), status: search.status, limit: PAGE }
  return infiniteQueryOptions({
    queryKey: [...watcherKey(path.watcher_id), 'events', query],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam: cursor, signal }) =>
      (await eventsList({ path, query: { ...query, cursor }, signal, throwOnError: true })).data,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? null,
  })
}

/** The newest check that found a fault; null when there is none on record. */
export function lastFailureQuery(path: Path) {
  return queryOptions({
    queryKey: [...watcherKey(path.watcher_id), 'last-failure'],
    queryFn: async ({ signal }) => {
      const query = { status: ['degraded' as const, 'down' as const, 'unknown' as const], limit: 1 }
      const { data } = await eventsList({ path, query, signal, throwOnError: true })
      return data.items[0] ?? null
    },
  })
}

/** Changes of state back to `sinceMs` and the one before it, newest first. */
export function changesQuery(path: Path, days: number) {
  return queryOptions({
    queryKey: [...watcherKey(path.watcher_id), 'changes', days],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const sinceMs = Date.now() - days * DAY_MS
      const found: ChangePublic[] = []
      let cursor: string | undefined
      for (let page = 0; page < MAX_CHANGE_PAGES; page++) {
        const query = { limit: CHANGES_A_PAGE, cursor }
        const { data } = await changesList({ path, query, signal, throwOnError: true })
        found.push(...data.items)
        cursor = data.next_cursor ?? undefined
        const oldest = found.at(-1)
        if (!cursor || !oldest || Date.parse(oldest.at) < sinceMs) break
      }
      return found
    },
  })
}

/** The last 90 days, as the days of a time zone. */
export function daysQuery(path: Path, tz: string) {
  return queryOptions({
    queryKey: [...watcherKey(path.watcher_id), 'days', tz],
    queryFn: async ({ signal }) =>
      (await uptimeDaily({ path, query: { days: 90, tz }, signal, throwOnError: true })).data,
  })
}

/** What the last so many days were made of, to the millisecond. */
export function uptimeQuery(path: Path, days: (typeof UPTIME_DAYS)[number]) {
  return queryOptions({
    queryKey: [...watcherKey(path.watcher_id), 'uptime', days],
    queryFn: async ({ signal }) => {
      const query = { from: new Date(Date.now() - days * DAY_MS).toISOString() }
      return (await uptimeRead({ path, query, signal, throwOnError: true })).data
    },
  })
}

/** What the time of the charts was made of, to the millisecond. */
export function windowQuery(path: Path, search: WatcherSearch) {
  const { range, from, to } = search
  return queryOptions({
    queryKey: [...watcherKey(path.watcher_id), 'window', { range, from, to }],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = windowOf(search, Date.now())
      return (await uptimeRead({ path, query, signal, throwOnError: true })).data
    },
  })
}
