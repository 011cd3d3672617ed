import type { TFunction } from 'i18next'

const WORDS = {
  down: 'message.down',
  degraded: 'message.degraded',
  certificate: 'message.certificate',
  recovered: 'message.recovered',
  partly_recovered: 'message.partlyRecovered',
  unwatched: 'message.unwatched',
  flapping: 'message.flapping',
  settled: 'message.settled',
  reminder: 'message.reminder',
  escalation: 'message.escalation',
  update: 'message.update',
  maintenance: 'message.maintenance',
  notice: 'message.notice',
  confirm: 'message.confirm',
  invitation: 'message.invitation',
  test: 'message.test',
} as const

const isKnown = (kind: unknown): kind is keyof typeof WORDS => typeof kind === 'string' && kind in WORDS

/** A kind of message as people say it. */
export function messageWord(t: TFunction<'incidents'>, kind: unknown): string {
  if (isKnown(kind)) return t(WORDS[kind])
  return typeof kind === 'string' ? kind : ''
}
