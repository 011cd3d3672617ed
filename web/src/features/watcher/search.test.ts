import { expect, test } from 'vitest'
import { parseWatcherSearch, windowOf } from './search'
import { fromWall, toWall } from '@/lib/wall-time'

test('an address keeps what makes sense and loses the rest', () => {
  expect(parseWatcherSearch({ range: '7d', status: ['down', 'lost'], from: 'yesterday' })).toEqual({
    range: '7d',
    status: ['down'],
  })
  expect(parseWatcherSearch({ range: '24h', status: 'unknown' })).toEqual({ status: ['unknown'] })
  expect(parseWatcherSearch({ range: 5, status: ['healthy', 'degraded', 'down', 'unknown'] })).toEqual({})
})

test('a period is whole and the right way round, or it is none', () => {
  const [early, late] = ['2026-11-23T10:00:00.000Z', '2026-11-23T11:00:00.000Z']
  expect(parseWatcherSearch({ from: early, to: late })).toEqual({ from: early, to: late })
  expect(parseWatcherSearch({ from: late, to: early })).toEqual({})
  expect(parseWatcherSearch({ from: early })).toEqual({})
  expect(windowOf({ from: early, to: late, range: '90d' }, 0)).toEqual({ from: early, to: late })
  expect(windowOf({ range: '1h' }, Date.parse(late))).toEqual({ from: early, to: late })
})

test.each([
  ['2026-11-23T10:00', 'Europe/Berlin', '2026-11-23T09:00:00.000Z'],
  ['2026-07-01T00:30', 'Europe/Berlin', '2026-06-30T22:30:00.000Z'],
  ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
  ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-11-23T10:00', 'Asia/Kathmandu', '2026-11-23T04:15:00.000Z'],
])('%s on the clocks of %s is %s, and back', (wall, zone, instant) => {
  expect(fromWall(wall, zone)).toBe(instant)
  expect(toWall(instant, zone)).toBe(wall)
})
