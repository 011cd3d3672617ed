import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { IncidentEntryPublic } from '@/client/types.gen'
import { becauseAdvice, becauseWords, stateWord } from '@/lib/incident-words'
import { messageWord } from '@/lib/message-words'
import { useName } from '@/lib/use-name'
import { SEVERITIES } from './search'

type T = TFunction<'incidents'>
type Facts = IncidentEntryPublic['facts']

const text = (fact: unknown): string => (typeof fact === 'string' ? fact : '')
const texts = (fact: unknown): string => (Array.isArray(fact) ? fact.map(text).join(', ') : '')

/** A line of the timeline as a sentence. */
export function useEntryWords() {
  const { t } = useTranslation('incidents')
  const name = useName()
  return (entry: IncidentEntryPublic) => wordsOf(t, name, entry)
}

function wordsOf(
  t: T,
  name: (who: string) => string,
  { kind, facts, actor, stage }: IncidentEntryPublic,
): string {
  const who = { actor: actor === null ? t('somebody') : name(actor) }
  const watcher = text(facts.watcher)
  const told = { to: name(text(facts.to)), message: messageWord(t, facts.message) }
  switch (kind) {
    case 'opened': {
      const watchers = texts(facts.watchers)
      return watchers ? t('entry.openedAbout', { ...who, watchers }) : t('entry.opened', who)
    }
    case 'confirmed':
      return t(facts.again === true ? 'entry.confirmedAgain' : 'entry.confirmed', {
        watcher,
        state: stateWord(t, facts.state),
      })
    case 'worsened':
      return t(`entry.${kind}`, { watcher, state: stateWord(t, facts.state) })
    case 'improved':
      return facts.flapping === true
        ? t('entry.improvedFlapping', { watcher })
        : t('entry.improved', { watcher, state: stateWord(t, facts.state) })
    case 'detected':
    case 'recovered':
    case 'left':
    case 'unknown':
      return t(`entry.${kind}`, { watcher })
    case 'joined':
      return t('entry.joined', { count: Number(facts.count ?? 1), watchers: texts(facts.watchers) })
    case 'held': {
      const hold = (['maintenance', 'parent', 'flapping', 'network'] as const).find(
        (each) => each === facts.hold,
      )
      return t(`entry.held_${hold ?? 'maintenance'}`)
    }
    case 'rule':
      return t('entry.rule', { policy: text(facts.policy) })
    case 'notified':
      return t('entry.notified', told)
    case 'not_notified':
      return told.to ? t('entry.not_notified', told) : t('entry.nobodyNotified', told)
    case 'update':
      return t('entry.update', { ...who, stage: stage ? t(`stage.${stage}`) : '' })
    case 'edited':
      return facts.entry_id === undefined ? t('entry.edited', who) : t('entry.editedUpdate', who)
    case 'resolved':
      return actor === null ? t('entry.resolved') : t('entry.resolvedBy', who)
    case 'post_mortem':
      return t(facts.published === true ? 'entry.postMortemPublished' : 'entry.post_mortem', who)
    case 'merged':
    case 'released':
    case 'flapping':
    case 'settled':
      return t(`entry.${kind}`)
    case 'amended':
      return t(facts.withdrawn === true ? 'entry.amendmentWithdrawn' : 'entry.amended', who)
    case 'acknowledged':
    case 'unacknowledged':
    case 'note':
    case 'reopened':
      return t(`entry.${kind}`, who)
  }
}

/** What a line says besides its sentence, a line each. */
export function useEntryDetails() {
  const { t } = useTranslation('incidents')
  return (entry: IncidentEntryPublic, time: (at: string | number) => string): string[] => {
    const { kind, facts, body } = entry
    const said: string[] = []
    if (kind === 'notified' || kind === 'not_notified') {
      if (typeof facts.step === 'number')
        said.push(t('about.step', { policy: text(facts.policy), step: facts.step }))
      else if (facts.policy !== undefined) said.push(t('about.policy', { policy: text(facts.policy) }))
      if (typeof facts.quiet_until === 'number')
        said.push(t('about.quiet', { time: time(facts.quiet_until) }))
      if (facts.instead !== undefined) said.push(t('about.instead', { name: text(facts.instead) }))
    }
    if (kind === 'edited') said.push(...changesOf(t, facts))
    if (kind === 'amended') {
      const [from, to] = [text(facts.from), text(facts.to)].map((at) => (at === '' ? '' : time(at)))
      said.push(t('about.corrected', { from, to, state: stateWord(t, facts.state) }))
      said.push(t('about.reason', { reason: body }))
    }
    // What another side answered, and lines from before there were words for it, are shown as they are.
    // Of a hold that is all there is to say of its kind, the sentence says it.
    const isSaid =
      (kind === 'held' || kind === 'released') && (facts.hold === 'flapping' || facts.hold === 'network')
    if (kind !== 'left' && !isSaid && facts.why !== undefined)
      said.push(becauseWords(t, facts.because, text(facts.why)), ...becauseAdvice(t, facts.because))
    if ((kind === 'joined' || kind === 'merged') && facts.cause !== undefined) said.push(text(facts.cause))
    return said.filter((each) => each !== '')
  }
}

function changesOf(t: T, facts: Facts): string[] {
  if (typeof facts.before === 'string') return [t('about.before', { text: facts.before })]
  const changes = (facts.changes ?? {}) as Record<string, unknown>
  const pair = (name: string) =>
    Array.isArray(changes[name]) ? (changes[name] as unknown[]).map(text) : null
  const severity = (word = '') => {
    const known = SEVERITIES.find((each) => each === word)
    return known ? t(`severity.${known}`) : word
  }
  const said: string[] = []
  const [title, worse] = [pair('title'), pair('severity')]
  if (title) said.push(t('about.title', { before: title[0], after: title[1] }))
  if (worse) said.push(t('about.severity', { before: severity(worse[0]), after: severity(worse[1]) }))
  if (changes.root_cause === true) said.push(t('about.rootCause'))
  for (const [watcher, impacts] of Object.entries((changes.components ?? {}) as Record<string, unknown>)) {
    const after = (['none', 'degraded', 'down'] as const).find(
      (each) => Array.isArray(impacts) && each === impacts[1],
    )
    const joins = Array.isArray(impacts) && impacts[0] === null
    if (after) said.push(t(joins ? 'about.added' : 'about.impact', { watcher, after: t(`impact.${after}`) }))
  }
  return said
}
