import { expect, test } from 'vitest'
import type { ShiftPublic } from '@/client/types.gen'
import { comingDays, placeAfter, shiftsOn, weeksOf } from './calendar-days'

const HOUR_MS = 3_600_000

test('the weeks begin on the Monday of this one, as the reader has it', () => {
  // Sunday evening in London is Monday in Tokyo.
  const at = Date.parse('2026-11-22T20:00:00Z')
  expect(comingDays(at, 'UTC')[0]?.date).toBe('2026-11-16')
  expect(comingDays(at, 'Asia/Tokyo')[0]?.date).toBe('2026-11-23')
  expect(weeksOf(comingDays(at, 'UTC')).map((week) => week.length)).toEqual([7, 7, 7, 7])
})

test('a day has 23 or 25 hours where clocks change, and no instant is left out', () => {
  const days = comingDays(Date.parse('2026-10-20T12:00:00Z'), 'Europe/Berlin')
  const hours = days.map(({ starts, ends }) => (Date.parse(ends) - Date.parse(starts)) / HOUR_MS)
  expect(hours[6]).toBe(25)
  expect(hours.filter((each) => each === 24)).toHaveLength(27)
  expect(days.slice(1).map(({ starts }) => starts)).toEqual(days.slice(0, -1).map(({ ends }) => ends))
})

test('a day names who hands over and who takes over, and nobody twice', () => {
  const shift = (starts_at: string, ends_at: string): ShiftPublic => ({
    starts_at,
    ends_at,
    user: null,
    override_id: null,
    skipped: [],
  })
  const first = shift('2026-11-16T09:00:00Z', '2026-11-18T09:00:00Z')
  const second = shift('2026-11-18T09:00:00Z', '2026-11-19T00:00:00Z')
  const third = shift('2026-11-19T00:00:00Z', '2026-11-30T00:00:00Z')
  const days = comingDays(Date.parse('2026-11-18T12:00:00Z'), 'UTC')
  const on = (place: number) =>
    shiftsOn([first, second, third], days[place] ?? { date: '', starts: '', ends: '' })
  expect(on(1)).toEqual([{ shift: first, from: null }])
  expect(on(2)).toEqual([
    { shift: first, from: null },
    { shift: second, from: '2026-11-18T09:00:00Z' },
  ])
  expect(on(3)).toEqual([{ shift: third, from: null }])
})

test('keys stay in the grid', () => {
  expect(placeAfter('ArrowRight', 6, 28)).toBe(7)
  expect(placeAfter('ArrowLeft', 0, 28)).toBe(0)
  expect(placeAfter('ArrowDown', 20, 28)).toBe(27)
  expect(placeAfter('ArrowDown', 21, 28)).toBe(21)
  expect([placeAfter('Home', 10, 28), placeAfter('End', 10, 28)]).toEqual([7, 13])
  expect(placeAfter('x', 5, 28)).toBe(5)
})
