import type { EventsListData } from '@/client/types.gen'

export const RANGES = ['1h', '24h', '7d', '30d', '90d'] as const
export type Range = (typeof RANGES)[number]

export const STATUSES = ['healthy', 'degraded', 'down', 'unknown'] as const satisfies Status[]
export type Status = NonNullable<NonNullable<EventsListData['query']>['status']>[number]

const HOUR_MS = 3_600_000
const LENGTH_MS: Record<Range, number> = {
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
  '30d': 30 * 24 * HOUR_MS,
  '90d': 90 * 24 * HOUR_MS,
}
export const DEFAULT_RANGE: Range = '24h'

/** A part of time somebody chose, `from` before `to`. */
export interface Period {
  from: string
  to: string
}

/** What the address of a watcher's page says: a range that ends now, or a period; and which checks are listed. */
export interface WatcherSearch {
  range?: Range
  from?: string
  to?: string
  status?: Status[]
}

function asTime(value: unknown): string | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** Takes what makes sense of an address, and leaves the rest out. */
export function parseWatcherSearch(search: Record<string, unknown>): WatcherSearch {
  const range = RANGES.find((each) => each === search.range)
  const asked: unknown[] = Array.isArray(search.status) ? search.status : [search.status]
  const status = STATUSES.filter((each) => asked.includes(each))
  const [from, to] = [asTime(search.from), asTime(search.to)]
  const period = from !== undefined && to !== undefined && from < to ? { from, to } : {}
  return {
    ...(range && range !== DEFAULT_RANGE ? { range } : {}),
    ...period,
    ...(status.length > 0 && status.length < STATUSES.length ? { status } : {}),
  }
}

/** The period of an address, when it names one. */
export function periodOf({ from, to }: WatcherSearch): Period | null {
  return from !== undefined && to !== undefined ? { from, to } : null
}

/** The time that is looked at, as of now. */
export function windowOf(search: WatcherSearch, nowMs: number): Period {
  return (
    periodOf(search) ?? {
      from: new Date(nowMs - LENGTH_MS[search.range ?? DEFAULT_RANGE]).toISOString(),
      to: new Date(nowMs).toISOString(),
    }
  )
}
