/** Days as RFC 5545 calls them, from Monday on. */
export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Day = (typeof DAYS)[number]
export const PLACES = [1, 2, 3, 4, -1] as const
export const REPEATS = ['once', 'daily', 'weekly', 'monthly', 'rule'] as const

/** How a window comes again, as the form asks; `rule` is for everything else, as written. */
export interface Repeat {
  kind: (typeof REPEATS)[number]
  days: Day[]
  /** Monthly: on a day of the month, or on the first (second, ..., last) weekday. */
  by: 'date' | 'weekday'
  date: number
  place: number
  weekday: Day
  rule: string
}

export const ONCE: Repeat = {
  kind: 'once',
  days: ['SU'],
  by: 'weekday',
  date: 1,
  place: 1,
  weekday: 'SU',
  rule: '',
}

/** The rule of RFC 5545 that says the same; null = once. */
export function toRule({ kind, days, by, date, place, weekday, rule }: Repeat): string | null {
  switch (kind) {
    case 'once':
      return null
    case 'daily':
      return 'FREQ=DAILY'
    case 'weekly':
      return `FREQ=WEEKLY;BYDAY=${DAYS.filter((day) => days.includes(day)).join(',')}`
    case 'monthly':
      return by === 'date' ? `FREQ=MONTHLY;BYMONTHDAY=${date}` : `FREQ=MONTHLY;BYDAY=${place}${weekday}`
    case 'rule':
      return rule.trim()
  }
}

const isDay = (text: string): text is Day => DAYS.some((day) => day === text)

/** What the form shows of a rule; one that it has no fields for stays as written. */
export function fromRule(rule: string | null): Repeat {
  if (rule === null) return ONCE
  const asWritten: Repeat = { ...ONCE, kind: 'rule', rule }
  if (rule === 'FREQ=DAILY') return { ...asWritten, kind: 'daily' }
  const days = /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/.exec(rule)?.[1]?.split(',')
  if (days?.every(isDay)) return { ...asWritten, kind: 'weekly', days }
  const date = /^FREQ=MONTHLY;BYMONTHDAY=(\d+)$/.exec(rule)?.[1]
  if (date !== undefined) return { ...asWritten, kind: 'monthly', by: 'date', date: Number(date) }
  const [, place, weekday = ''] = /^FREQ=MONTHLY;BYDAY=(-?\d)([A-Z]{2})$/.exec(rule) ?? []
  if (PLACES.some((each) => each === Number(place)) && isDay(weekday))
    return { ...asWritten, kind: 'monthly', by: 'weekday', place: Number(place), weekday }
  return asWritten
}
