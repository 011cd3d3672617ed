import type { HopPublic, PhasesPublic } from '@/client/types.gen'

/** The phases of a request, in the order it passes them. */
export const PHASES = ['dns_ms', 'connect_ms', 'tls_ms', 'first_byte_ms', 'transfer_ms'] as const
export type Phase = (typeof PHASES)[number]

/** A phase on the time scale of the whole check. */
export interface Bar {
  phase: Phase
  startMs: number
  ms: number
}

/** The bars of each request, one after the other, and where the last one ends. */
export function courseOf(hops: Pick<HopPublic, 'phases'>[]): { requests: Bar[][]; totalMs: number } {
  let totalMs = 0
  const requests = hops.map(({ phases }) =>
    PHASES.flatMap((phase) => {
      const ms = phases[phase]
      if (ms === null) return []
      const bar = { phase, startMs: totalMs, ms }
      totalMs += ms
      return [bar]
    }),
  )
  return { requests, totalMs }
}

/** The phase that took the most time; undefined when none was finished. */
export function longest(phases: PhasesPublic): { phase: Phase; ms: number } | undefined {
  return PHASES.flatMap((phase) => {
    const ms = phases[phase]
    return ms === null ? [] : [{ phase, ms }]
  }).sort((one, other) => other.ms - one.ms)[0]
}
