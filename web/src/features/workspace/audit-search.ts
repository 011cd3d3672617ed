export const KINDS = [
  'workspace',
  'retention',
  'member',
  'api_key',
  'watcher',
  'tag',
  'incident',
  'update_template',
  'maintenance',
  'amendment',
  'channel',
  'alert_policy',
  'rotation',
  'rotation_override',
  'rotation_feed',
  'delivery',
  'status_page',
  'subscriber',
] as const
export const DAYS = [1, 7, 30, 90] as const

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What the address of the trail says: what was done to which kind of thing, by whom, in the last so many days. */
export interface AuditSearch {
  kind?: (typeof KINDS)[number]
  person?: string
  days?: (typeof DAYS)[number]
}

/** Takes what makes sense of an address, and leaves the rest out. */
export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  const kind = KINDS.find((each) => each === search.kind)
  const days = DAYS.find((each) => each === Number(search.days))
  const isId = typeof search.person === 'string' && /^[0-9a-f-]{36}$/.test(search.person)
  return {
    ...(kind && { kind }),
    ...(isId ? { person: search.person as string } : {}),
    ...(days && { days }),
  }
}

/** The search as the API's filter; the time begins with a full hour, so that pages of the list belong together. */
export function filterOf({ kind, person, days }: AuditSearch, nowMs: number) {
  return {
    action: kind,
    actor_id: person,
    from: days && new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS - days * DAY_MS).toISOString(),
  }
}
