import type { ChangePublic, LatencyPoint, LatencyPublic, WatcherPublic } from '@/client/types.gen'

const STEP_MS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '1d': 86_400_000,
}
const UNIT_MS = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 }
/** As the API: results are overdue by then. */
const GRACE_MS = 30_000

/** A stretch of a chart in which nobody could say "works". */
export interface Shade {
  state: 'down' | 'unknown'
  fromMs: number
  toMs: number
}

type Cadence = Pick<WatcherPublic, 'every_unit' | 'every_value'>

export const stepMs = ({ step }: Pick<LatencyPublic, 'step'>) => STEP_MS[step]

/** Steps in a row without a check that are no gap yet: the cadence is longer than a step. */
function patience(latency: Pick<LatencyPublic, 'step'>, { every_unit, every_value }: Cadence): number {
  return Math.ceil((every_value * UNIT_MS[every_unit] + GRACE_MS) / stepMs(latency))
}

/** The stretches of steps that nobody watched, as indices `[first, last]`. */
function gaps(latency: LatencyPublic, cadence: Cadence): [number, number][] {
  const found: [number, number][] = []
  const most = patience(latency, cadence)
  let first = 0
  const close = (end: number) => {
    if (end - first > most) found.push([first, end - 1])
    first = end + 1
  }
  latency.points.forEach(({ checks }, index) => {
    if (checks > 0) close(index)
  })
  close(latency.points.length)
  return found
}

/**
 * The values of a line: `null` breaks it (nothing worked, or nobody watched), `undefined` does not
 * (there was just no check in that step).
 */
export function lineOf(
  latency: LatencyPublic,
  cadence: Cadence,
  pick: (point: LatencyPoint) => number | null,
): (number | null | undefined)[] {
  const broken = new Set<number>()
  for (const [first, last] of gaps(latency, cadence)) for (let at = first; at <= last; at++) broken.add(at)
  return latency.points.map((point, index) => {
    if (point.checks === 0 && !broken.has(index)) return undefined
    return pick(point)
  })
}

/** When it was down (by the confirmed changes) and when nobody watched, inside the chart; unknown wins. */
export function shadesOf(
  latency: LatencyPublic,
  changes: ChangePublic[],
  cadence: Cadence,
  nowMs: number,
): Shade[] {
  const [fromMs, toMs] = [Date.parse(latency.from), Math.min(Date.parse(latency.to), nowMs)]
  const step = stepMs(latency)
  const unwatched = gaps(latency, cadence).map(([first, last]): Shade => {
    const at = (index: number) => fromMs + index * step
    return { state: 'unknown', fromMs: at(first), toMs: Math.min(at(last + 1), toMs) }
  })
  const told = changes.flatMap(({ to_state, at }, index): Shade[] => {
    if (to_state !== 'down' && to_state !== 'unknown') return []
    const until = changes[index - 1]?.at
    const shade = {
      state: to_state,
      fromMs: Math.max(Date.parse(at), fromMs),
      toMs: until === undefined ? toMs : Math.min(Date.parse(until), toMs),
    }
    return shade.fromMs < shade.toMs ? [shade] : []
  })
  return [...told.flatMap((shade) => without(shade, unwatched)), ...unwatched].filter(
    (shade) => shade.fromMs < shade.toMs,
  )
}

/** What is left of a shade once others are cut out of it. */
function without(shade: Shade, others: Shade[]): Shade[] {
  return others.reduce<Shade[]>(
    (parts, other) =>
      parts.flatMap((part) => {
        if (other.toMs <= part.fromMs || other.fromMs >= part.toMs) return [part]
        return [
          { ...part, toMs: other.fromMs },
          { ...part, fromMs: other.toMs },
        ].filter(({ fromMs, toMs }) => fromMs < toMs)
      }),
    [shade],
  )
}
