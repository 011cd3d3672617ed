import type { BacktestCreate, ProposedPolicy, ProposedRules, WatcherPublic } from '@/client/types.gen'
import type { Covers } from '@/components/covers-fields'
import { CHANGES, type Change } from '@/lib/changes'

export const DAYS = [1, 7, 30, 90] as const
const DAY_MS = 86_400_000
const MINUTE_S = 60

/** The fields of the rules; null = as it is. */
export const RULES = [
  'failure_threshold',
  'recovery_threshold',
  'degraded_after_ms',
  'certificate_days',
] as const
export type Rule = (typeof RULES)[number]

/** What few people try. */
export interface More {
  changes: Change[]
  /** Minutes to each step after the first. */
  steps_min: (number | null)[]
  remind_min: number | null
  flap_changes: number | null
  flap_min: number | null
}

/** What is tried, as the form holds it. */
export interface Draft extends Covers {
  days: string
  rules: Record<Rule, number | null>
  /** Slowness is never a fault. */
  no_limit: boolean
  /** Minutes until the first message, in place of the policies there are; null = as they are. */
  wait_min: number | null
  more: More
  /** Where a refusal of the time lands. */
  from: string
}

/** Nothing proposed yet, for one watcher or for all. */
export function freshDraft(watcherId?: string): Draft {
  return {
    all_watchers: watcherId === undefined,
    tags: [],
    watcher_ids: watcherId === undefined ? [] : [watcherId],
    days: '7',
    rules: {
      failure_threshold: null,
      recovery_threshold: null,
      degraded_after_ms: null,
      certificate_days: null,
    },
    no_limit: false,
    wait_min: null,
    more: { changes: [...CHANGES], steps_min: [], remind_min: null, flap_changes: null, flap_min: null },
    from: '',
  }
}

/** What was typed into a field that may stay empty. */
export const asNumber = (typed: unknown) => (typed === '' || typed === null ? null : Number(typed))

/** Seconds to each step; the first is at once where nothing else is said. */
export function stepsOf({ wait_min, more }: Pick<Draft, 'wait_min' | 'more'>): number[] {
  const later = more.steps_min.filter((each) => each !== null)
  return [wait_min ?? 0, ...later].map((each) => Math.round(each * MINUTE_S))
}

/** One policy in place of those there are, as soon as anything of it is said. */
function policyOf(draft: Draft): ProposedPolicy | undefined {
  const { changes, remind_min } = draft.more
  const after_s = stepsOf(draft)
  const some = changes.length < CHANGES.length
  if (draft.wait_min === null && after_s.length === 1 && remind_min === null && !some) return undefined
  return {
    after_s,
    ...(some && { changes }),
    ...(remind_min !== null && { remind_every_s: Math.round(remind_min * MINUTE_S) }),
  }
}

/** The draft as the API takes it. */
export function bodyOf(draft: Draft, nowMs: number): BacktestCreate {
  const { all_watchers, tags, watcher_ids, days, no_limit } = draft
  const { flap_changes, flap_min } = draft.more
  const policy = policyOf(draft)
  const rules: ProposedRules = Object.fromEntries(
    RULES.filter((each) => draft.rules[each] !== null).map((each) => [each, draft.rules[each]]),
  )
  return {
    all_watchers,
    tags: all_watchers ? [] : tags,
    watcher_ids: all_watchers ? [] : watcher_ids,
    from: new Date(nowMs - Number(days) * DAY_MS).toISOString(),
    to: new Date(nowMs).toISOString(),
    rules: no_limit ? { ...rules, degraded_after_ms: null } : rules,
    ...(policy && { policy }),
    ...(flap_changes !== null &&
      flap_min !== null && {
        flapping: { changes: flap_changes, within_s: Math.round(flap_min * MINUTE_S) },
      }),
  }
}

/** What the watchers it is about go by now, each value once; null = no limit. */
export function presentOf(watchers: readonly WatcherPublic[], covers: Covers, rule: Rule): (number | null)[] {
  const folded = covers.tags.map((tag) => tag.toLowerCase())
  const covered = watchers.filter(
    ({ id, tags }) =>
      covers.all_watchers ||
      covers.watcher_ids.includes(id) ||
      tags.some((tag) => folded.includes(tag.toLowerCase())),
  )
  return [...new Set(covered.map((watcher) => watcher[rule]))]
}
