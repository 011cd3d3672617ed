/** The closed list of docs/probes: why a check was not healthy. */
export const REASONS = [
  'dns_failed',
  'connect_refused',
  'connect_timeout',
  'connect_failed',
  'tls_expired',
  'tls_wrong_host',
  'tls_untrusted',
  'tls_failed',
  'timeout',
  'connection_lost',
  'too_many_redirects',
  'bad_response',
  'status_mismatch',
  'body_mismatch',
  'slow',
  'certificate_expiring',
  'blocked',
  'no_network',
  'misconfigured',
  'internal',
] as const
export type Reason = (typeof REASONS)[number]

/** The reason, when this app knows a sentence for it: a newer server may know more reasons. */
export function asReason(reason: string | null): Reason | undefined {
  return REASONS.find((each) => each === reason)
}
