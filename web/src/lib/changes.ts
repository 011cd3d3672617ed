/** What a policy may tell of. */
export const CHANGES = ['down', 'degraded', 'recovered', 'certificate', 'flapping'] as const
export type Change = (typeof CHANGES)[number]
