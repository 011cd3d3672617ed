import type { ShiftPublic } from '@/client/types.gen'
import { fromWall, toWall } from '@/lib/wall-time'

export const WEEKS = 4
const DAYS_A_WEEK = 7
const DAY_MS = 86_400_000

/** A calendar day of a zone, `2026-11-23`, and the instants it lies between: 23 to 25 hours. */
export interface Day {
  date: string
  starts: string
  ends: string
}

/** The days of the coming weeks, from the Monday of this one on. */
export function comingDays(nowMs: number, zone: string): Day[] {
  const today = Date.parse(`${toWall(nowMs, zone).slice(0, 10)}T00:00:00Z`)
  const monday = today - ((new Date(today).getUTCDay() + DAYS_A_WEEK - 1) % DAYS_A_WEEK) * DAY_MS
  const dates = Array.from({ length: WEEKS * DAYS_A_WEEK + 1 }, (_, place) =>
    new Date(monday + place * DAY_MS).toISOString().slice(0, 10),
  )
  const instants = dates.map((date) => fromWall(`${date}T00:00`, zone))
  return dates.slice(0, -1).map((date, place) => ({
    date,
    starts: instants[place] ?? '',
    ends: instants[place + 1] ?? '',
  }))
}

/** Weeks of seven days. */
export function weeksOf(days: Day[]): Day[][] {
  return Array.from({ length: Math.ceil(days.length / DAYS_A_WEEK) }, (_, week) =>
    days.slice(week * DAYS_A_WEEK, (week + 1) * DAYS_A_WEEK),
  )
}

/** Who is on call on a day, in turn; `from`: who takes over in the course of it. */
export function shiftsOn(
  shifts: readonly ShiftPublic[],
  day: Day,
): { shift: ShiftPublic; from: string | null }[] {
  const [starts, ends] = [Date.parse(day.starts), Date.parse(day.ends)]
  return shifts
    .filter(({ starts_at, ends_at }) => Date.parse(starts_at) < ends && Date.parse(ends_at) > starts)
    .map((shift) => ({ shift, from: Date.parse(shift.starts_at) > starts ? shift.starts_at : null }))
}

/** Where a key leads in the grid; the same place for any other key. */
export function placeAfter(key: string, place: number, count: number): number {
  const column = place % DAYS_A_WEEK
  const moved = {
    ArrowLeft: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place - DAYS_A_WEEK,
    ArrowDown: place + DAYS_A_WEEK,
    Home: place - column,
    End: place - column + DAYS_A_WEEK - 1,
  }[key]
  return moved === undefined || moved < 0 || moved >= count ? place : moved
}
