import type { Weekday } from '@/client/types.gen'
import { dateFormat } from '@/lib/intl'

export const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies Weekday[]

const DAY_MS = 86_400_000
const A_MONDAY_MS = Date.UTC(2024, 0, 1)

/** A day of the week in the reader's language. */
export function weekdayName(language: string, day: Weekday, weekday: 'short' | 'long' = 'short'): string {
  return dateFormat(language, { weekday, timeZone: 'UTC' }).format(A_MONDAY_MS + WEEK.indexOf(day) * DAY_MS)
}
