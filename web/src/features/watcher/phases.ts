import type { LatencyPoint } from '@/client/types.gen'

/** The phases of a check, in the order it passes them. */
export const PHASES = ['dns', 'connect', 'tls', 'first_byte', 'transfer'] as const
export type Phase = (typeof PHASES)[number]

type Timed = Record<`${Phase}_ms`, number | null>

// Whole class names, so that Tailwind finds them.
export const PHASE_GROUND: Record<Phase, string> = {
  dns: 'bg-phase-dns',
  connect: 'bg-phase-connect',
  tls: 'bg-phase-tls',
  first_byte: 'bg-phase-first-byte',
  transfer: 'bg-phase-transfer',
}
export const PHASE_COLOUR: Record<Phase, string> = {
  dns: '--phase-dns',
  connect: '--phase-connect',
  tls: '--phase-tls',
  first_byte: '--phase-first-byte',
  transfer: '--phase-transfer',
}

/** How long a phase took; null = there was none. */
export function phaseMs(of: Timed, phase: Phase): number | null {
  return of[`${phase}_ms`]
}

export interface Share {
  phase: Phase
  ms: number
  /** Of the sum of all, 0 to 1. */
  share: number
}

function shares(means: { phase: Phase; ms: number }[]): Share[] {
  const sum = means.reduce((total, { ms }) => total + ms, 0)
  return means.map(({ phase, ms }) => ({ phase, ms, share: sum > 0 ? ms / sum : 0 }))
}

/** What a check's time was made of; phases it did not have are left out. */
export function sharesOf(check: Timed): Share[] {
  return shares(
    PHASES.flatMap((phase) => {
      const ms = phaseMs(check, phase)
      return ms === null ? [] : [{ phase, ms }]
    }),
  )
}

/** What time was made of on average over all points, each weighing as much as it had checks with a latency. */
export function meanShares(points: LatencyPoint[]): Share[] {
  return shares(
    PHASES.flatMap((phase) => {
      let [sum, count] = [0, 0]
      for (const point of points) {
        const ms = phaseMs(point, phase)
        if (ms === null) continue
        sum += ms * point.measured
        count += point.measured
      }
      return count > 0 ? [{ phase, ms: sum / count }] : []
    }),
  )
}
