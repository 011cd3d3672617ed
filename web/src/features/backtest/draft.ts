import type { BacktestCreate, ProposedRules, WatcherPublic } from '@/client/types.gen'
import type { Covers } from '@/components/covers-fields'

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

/** What is tried, as the form holds it. */
export interface Draft extends Covers {
  days: string
  rules: Record<Rule, number | null>
  /** Slowness is never a fault. */
  no_limit: boolean
  /** Minutes until the first message, in place of the policies there are; null = as they are. */
  wait_min: number | null
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
    from: '',
  }
}

/** The draft as the API takes it. */
export function bodyOf(draft: Draft, nowMs: number): BacktestCreate {
  const { all_watchers, tags, watcher_ids, days, no_limit, wait_min } = draft
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
    ...(wait_min !== null && { policy: { after_s: [Math.round(wait_min * MINUTE_S)] } }),
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
