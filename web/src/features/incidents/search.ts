import type { Severity } from '@/client/types.gen'

export const STATUSES = ['open', 'resolved'] as const
export const SEVERITIES = ['minor', 'major', 'critical'] as const satisfies Severity[]
export const DAYS = [1, 7, 30, 90] as const

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What the address of the list says: which incidents; those of the last so many days. */
export interface IncidentsSearch {
  status?: (typeof STATUSES)[number]
  severity?: Severity
  watcher?: string
  days?: (typeof DAYS)[number]
}

/** Takes what makes sense of an address, and leaves the rest out. */
export function parseIncidentsSearch(search: Record<string, unknown>): IncidentsSearch {
  const status = STATUSES.find((each) => each === search.status)
  const severity = SEVERITIES.find((each) => each === search.severity)
  const days = DAYS.find((each) => each === Number(search.days))
  const isId = typeof search.watcher === 'string' && /^[0-9a-f-]{36}$/.test(search.watcher)
  return {
    ...(status && { status }),
    ...(severity && { severity }),
    ...(isId ? { watcher: search.watcher as string } : {}),
    ...(days && { days }),
  }
}

/** Whether anything is left out of the list. */
export function isFiltered(search: IncidentsSearch): boolean {
  return Object.values(search).some((each) => each !== undefined)
}

/** The search as the API's filter; the time begins with a full hour, so that pages of a list belong together. */
export function filterOf({ severity, watcher, days }: IncidentsSearch, nowMs: number) {
  return {
    severity,
    watcher_id: watcher,
    from: days && new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS - days * DAY_MS).toISOString(),
  }
}
