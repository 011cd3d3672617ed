import { expect, test } from 'vitest'
import type { ChangePublic, LatencyPoint, LatencyPublic } from '@/client/types.gen'
import { meanShares } from './phases'
import { lineOf, shadesOf } from './shape'

const START = Date.parse('2026-11-23T10:00:00Z')
const MINUTE = 60_000
const at = (minute: number) => new Date(START + minute * MINUTE).toISOString()

/** One step a minute; a number is a median, `-` had no check, `x` only failed ones. */
function latency(steps: (number | '-' | 'x')[]): LatencyPublic {
  const points = steps.map((step, minute): LatencyPoint => {
    const ms = typeof step === 'number' ? step : null
    return {
      at: at(minute),
      checks: step === '-' ? 0 : 1,
      measured: ms === null ? 0 : 1,
      p50_ms: ms,
      p95_ms: ms,
      p99_ms: ms,
      dns_ms: null,
      connect_ms: ms,
      tls_ms: null,
      first_byte_ms: ms,
      transfer_ms: null,
    }
  })
  return { from: at(0), to: at(steps.length), step: '1m', points }
}

const change = (minute: number, to_state: ChangePublic['to_state']): ChangePublic => ({
  id: String(minute),
  from_state: 'healthy',
  to_state,
  at: at(minute),
  detected_at: at(minute),
  reason: null,
  message: null,
  address: null,
  certificate_sha256: null,
  http_version: null,
  tls_version: null,
  tls_cipher: null,
})
const NOW = START + 60 * MINUTE
const EVERY_MINUTE = { every_unit: 'minutes', every_value: 1 } as const
const EVERY_THREE = { every_unit: 'minutes', every_value: 3 } as const

test('a line breaks where nothing worked or nobody watched, not where no check was due', () => {
  const median = (point: LatencyPoint) => point.p50_ms
  expect(lineOf(latency([1, 'x', 3]), EVERY_MINUTE, median)).toEqual([1, null, 3])
  expect(lineOf(latency([1, '-', '-', 4]), EVERY_THREE, median)).toEqual([1, undefined, undefined, 4])
  expect(lineOf(latency([1, '-', '-', '-', 5]), EVERY_MINUTE, median)).toEqual([1, null, null, null, 5])
})

test('down is shaded from one change to the next, and what nobody watched is unknown in between', () => {
  const changes = [change(7, 'healthy'), change(1, 'down')]
  const shades = shadesOf(latency([1, 'x', 'x', '-', '-', '-', 'x', 8]), changes, EVERY_MINUTE, NOW)
  expect(shades).toEqual([
    { state: 'down', fromMs: START + MINUTE, toMs: START + 3 * MINUTE },
    { state: 'down', fromMs: START + 6 * MINUTE, toMs: START + 7 * MINUTE },
    { state: 'unknown', fromMs: START + 3 * MINUTE, toMs: START + 6 * MINUTE },
  ])
})

test('what began before the chart is shaded from its edge', () => {
  const shades = shadesOf(
    latency(['x', 'x', 3]),
    [change(2, 'healthy'), change(-60, 'down')],
    EVERY_MINUTE,
    NOW,
  )
  expect(shades).toEqual([{ state: 'down', fromMs: START, toMs: START + 2 * MINUTE }])
})

test('what is still down is shaded until now', () => {
  const [shade] = shadesOf(latency([1, 'x', 'x']), [change(1, 'down')], EVERY_MINUTE, START + 1.5 * MINUTE)
  expect(shade).toEqual({ state: 'down', fromMs: START + MINUTE, toMs: START + 1.5 * MINUTE })
})

test('means weigh every check alike, and phases nobody had are left out', () => {
  const { points } = latency([10, 40, '-'])
  const weighted = points.map((point, index) => ({ ...point, measured: index === 0 ? 2 : point.measured }))
  expect(meanShares(weighted)).toEqual([
    { phase: 'connect', ms: 20, share: 0.5 },
    { phase: 'first_byte', ms: 20, share: 0.5 },
  ])
})
