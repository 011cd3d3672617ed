import type { PolicyCreate, PolicyPublic, PolicyStep, StepPublic } from '@/client/types.gen'
import { CHANGES, type Change } from '@/lib/changes'

const MINUTE_S = 60

export type Targets = 'channel_ids' | 'rotation_ids' | 'user_ids'

/** A step as the form holds it. */
export type StepDraft = Record<Targets, string[]> & { after_min: number | null; owners: boolean }

/** Whether a step names anybody. */
export function namesSomebody(step: Omit<PolicyStep, 'after_s'>): boolean {
  const { channel_ids = [], rotation_ids = [], user_ids = [], owners = false } = step
  return owners || channel_ids.length + rotation_ids.length + user_ids.length > 0
}

/** The form of a policy; times in minutes. */
export interface PolicyDraft {
  name: string
  enabled: boolean
  all_watchers: boolean
  tags: string[]
  watcher_ids: string[]
  changes: Change[]
  steps: StepDraft[]
  remind_min: number | null
}

/** A step that comes after `before`, to nobody yet. */
export function stepAfter(before: StepDraft | undefined): StepDraft {
  const after_min = before ? (before.after_min ?? 0) + 10 : 0
  return { after_min, channel_ids: [], rotation_ids: [], user_ids: [], owners: false }
}

export function policyDraftOf(policy?: PolicyPublic): PolicyDraft {
  if (!policy) {
    return {
      name: '',
      enabled: true,
      all_watchers: true,
      tags: [],
      watcher_ids: [],
      changes: [...CHANGES],
      steps: [stepAfter(undefined)],
      remind_min: null,
    }
  }
  const { name, enabled, all_watchers, tags, watcher_ids, changes, steps, remind_every_s } = policy
  return {
    name,
    enabled,
    all_watchers,
    tags,
    watcher_ids,
    changes: CHANGES.filter((each) => changes.includes(each)),
    steps: steps.map(({ after_s, ...targets }: StepPublic) => ({
      ...targets,
      after_min: after_s / MINUTE_S,
    })),
    remind_min: remind_every_s === null ? null : remind_every_s / MINUTE_S,
  }
}

/** What is sent; what is named and gone by now is left out. */
export function policyOf(draft: PolicyDraft, known: Record<Targets, ReadonlySet<string>>): PolicyCreate {
  const { remind_min, steps, all_watchers, ...rest } = draft
  return {
    ...rest,
    all_watchers,
    tags: all_watchers ? [] : draft.tags,
    watcher_ids: all_watchers ? [] : draft.watcher_ids,
    remind_every_s: remind_min === null ? null : Math.round(remind_min * MINUTE_S),
    steps: steps.map(({ after_min, ...targets }) => ({
      after_s: Math.round((after_min ?? 0) * MINUTE_S),
      channel_ids: targets.channel_ids.filter((id) => known.channel_ids.has(id)),
      rotation_ids: targets.rotation_ids.filter((id) => known.rotation_ids.has(id)),
      user_ids: targets.user_ids.filter((id) => known.user_ids.has(id)),
      owners: targets.owners,
    })),
  }
}
