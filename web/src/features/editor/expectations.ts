import type { ProbeSeen, ProbeTry } from '@/client/types.gen'

const DAY_MS = 86_400_000

/** `worse`: not met, which makes a check degraded instead of down. */
export type Outcome = 'passed' | 'failed' | 'worse' | 'skipped'

/** One thing a check is judged by, and how it came out. */
export type Expectation = { outcome: Outcome } & (
  | { about: 'status'; expected: string; got: number | null }
  | { about: 'body'; expected: string }
  | { about: 'fast'; limitMs: number; gotMs: number | null }
  | { about: 'certificate'; days: number; left: number }
)

/** Each expectation of what was asked, in the order it is judged; what was not reached is skipped. */
export function expectationsOf(asked: ProbeTry, seen: ProbeSeen, nowMs: number): Expectation[] {
  const { reason, response_status: got, response_time_ms: gotMs } = seen
  // The body is judged once the status is right, by an answer that came whole.
  const whole = seen.status === 'healthy' || seen.status === 'degraded'
  const found: Expectation[] = [
    {
      about: 'status',
      expected: asked.expected_status ?? '200-299',
      got,
      outcome:
        reason === 'status_mismatch' ? 'failed' : whole || reason === 'body_mismatch' ? 'passed' : 'skipped',
    },
  ]
  if (asked.expected_body) {
    const outcome = reason === 'body_mismatch' ? 'failed' : whole ? 'passed' : 'skipped'
    found.push({ about: 'body', expected: asked.expected_body, outcome })
  }
  if (asked.degraded_after_ms) {
    const limitMs = asked.degraded_after_ms
    const outcome = !whole || gotMs === null ? 'skipped' : gotMs > limitMs ? 'worse' : 'passed'
    found.push({ about: 'fast', limitMs, gotMs, outcome })
  }
  if (seen.certificate_not_after !== null) {
    const days = asked.certificate_days ?? 0
    const left = Math.floor((Date.parse(seen.certificate_not_after) - nowMs) / DAY_MS)
    found.push({ about: 'certificate', days, left, outcome: left < days ? 'worse' : 'passed' })
  }
  return found
}
