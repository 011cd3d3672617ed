import type { TFunction } from 'i18next'

const MESSAGES = [
  'down', 'degraded', 'certificate', 'recovered', 'flapping', 'settled', 'reminder', 'escalation', 'update',
  'maintenance', 'notice', 'confirm', 'report', 'test',
] as const // prettier-ignore

/** A kind of message as people say it. */
export function messageWord(t: TFunction<'incidents'>, kind: unknown): string {
  const known = MESSAGES.find((each) => each === kind)
  return known ? t(`message.${known}`) : typeof kind === 'string' ? kind : ''
}
