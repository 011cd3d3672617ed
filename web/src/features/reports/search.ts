/** What the address of the page says: which month, of which status page, by whose calendar. */
export interface ReportsSearch {
  month?: string
  page?: string
  zone?: string
}

const MONTHS_BACK = 24

/** Takes what makes sense of an address, and leaves the rest out. */
export function parseReportsSearch(search: Record<string, unknown>): ReportsSearch {
  const text = (value: unknown, form: RegExp) =>
    typeof value === 'string' && form.test(value) ? value : undefined
  const month = text(search.month, /^20\d\d-(0[1-9]|1[0-2])$/)
  const page = text(search.page, /^[0-9a-f-]{36}$/)
  const zone = text(search.zone, /^[\w+\-/]{1,64}$/)
  return { ...(month && { month }), ...(page && { page }), ...(zone && { zone }) }
}

/** The months up to the present one, the latest first: `2026-11`. */
export function lastMonths(nowMs: number, timeZone: string): string[] {
  const parts = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'numeric', timeZone }).formatToParts(
    nowMs,
  )
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value)
  const present = part('year') * 12 + part('month') - 1
  return Array.from({ length: MONTHS_BACK }, (_, back) => {
    const month = present - back
    return `${String(Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}
