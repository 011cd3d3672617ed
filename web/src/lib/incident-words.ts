import type { TFunction } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Because, Grounds, IncidentPublic } from '@/client/types.gen'

type T = TFunction<'incidents'>

/** An incident's title: a person's words as they are, healther's own in the reader's language. */
export function useIncidentTitle() {
  const { t } = useTranslation('incidents')
  return useCallback(
    ({ title, title_facts: facts }: Pick<IncidentPublic, 'title' | 'title_facts'>): string => {
      if (!facts) return title
      const { how, name, cause_kind: kind, cause, count = 1 } = facts
      const who = name ?? t(`who.${kind ?? 'region'}`, { count, cause })
      return t(`called.${how}`, { who, count: name == null ? count : 1 })
    },
    [t],
  )
}

/** Whether it changes its state too often to be believed: its colour and its word are of that, not of one moment. */
export const flaps = ({ hold, resolved_at }: Pick<IncidentPublic, 'hold' | 'resolved_at'>) =>
  hold === 'flapping' && resolved_at === null

const IS = {
  healthy: 'is.healthy',
  degraded: 'is.degraded',
  down: 'is.down',
  unknown: 'is.unknown',
  maintenance: 'is.maintenance',
  paused: 'is.paused',
  pending: 'is.pending',
} as const

/** A state by the label the server has for it. */
export function stateWord(t: T, label: unknown): string {
  const text = typeof label === 'string' ? label : ''
  const known = text.toLowerCase()
  return known in IS ? t(IS[known as keyof typeof IS]) : text
}

/** Every word of the closed list, in the order of the server's. */
const BECAUSE: Record<Because, true> = {
  maintenance: true,
  flapping: true,
  no_network: true,
  not_checked: true,
  parent_is: true,
  parent_flaps: true,
  parent_fails: true,
  parent_not_checked: true,
  parent_is_back: true,
  no_policy: true,
  nobody_on_call: true,
  taken_on: true,
  no_member: true,
  channel_deleted: true,
  channel_off: true,
  unconfirmed: true,
  refused: true,
  quiet_hours: true,
  same_address: true,
  superseded: true,
  overtaken: true,
  unreached: true,
  joined_briefly: true,
  held_to_the_end: true,
  not_watched: true,
  quiet_watchers: true,
  too_short: true,
  capped: true,
}

const isGrounds = (value: unknown): value is Grounds =>
  typeof value === 'object' && value !== null && (value as Grounds).because in BECAUSE

/** Whether somebody is not told for this reason. */
export const isBecause = (grounds: unknown, because: Because) =>
  isGrounds(grounds) && grounds.because === because

/** Why somebody is not told; the server's English where it is older, or says more than this app knows. */
export function becauseWords(t: T, grounds: unknown, english: string): string {
  if (!isGrounds(grounds)) return english
  const why = t(`because.${grounds.because}`, { name: grounds.name, state: stateWord(t, grounds.state) })
  const detail = grounds.answer ?? (grounds.hold ? becauseWords(t, grounds.hold, '') : '')
  const said = detail === '' ? why : t('because.with', { why, detail })
  return grounds.also ? t('because.and', { why: said, also: becauseWords(t, grounds.also, '') }) : said
}

const OF_ADDRESS = ['unconfirmed', 'refused'] as const

/** Whether nobody has said yes to mail at the address. */
export const isOfAddress = ({ because }: Grounds) => OF_ADDRESS.some((each) => each === because)

/** What can be done about it, a paragraph each; of most nothing. */
export function becauseAdvice(t: T, grounds: unknown): string[] {
  if (!isGrounds(grounds)) return []
  const of = OF_ADDRESS.find((each) => each === grounds.because)
  return [...(of ? [t(`advice.${of}`)] : []), ...becauseAdvice(t, grounds.also)]
}
