import type { MaintenanceCreate, MaintenancePublic, MaintenanceWhen } from '@/client/types.gen'
import { fromWall, toWall } from '@/lib/wall-time'
import { fromRule, ONCE, toRule, type Repeat } from './rule'

export const UNITS = { minutes: 60, hours: 3600, days: 86_400 } as const
export type Unit = keyof typeof UNITS
const HOUR_MS = 3_600_000

/** A window as the form holds it; names that the API has are the API's, so that refusals find their field. */
export interface Draft {
  title: string
  description: string
  starts_at: string
  time_zone: string
  open_ended: boolean
  duration_s: number
  unit: Unit
  repeat: Repeat
  /** Where refusals of the rule land. */
  rrule: string
  all_watchers: boolean
  tags: string[]
  watcher_ids: string[]
  page_ids: string[]
  announce_before_s: string
}

/** A new window: an hour from the next full hour on. */
export function freshDraft(nowMs: number, zone: string): Draft {
  return {
    title: '',
    description: '',
    starts_at: toWall(Math.ceil(nowMs / HOUR_MS) * HOUR_MS, zone),
    time_zone: zone,
    open_ended: false,
    duration_s: 1,
    unit: 'hours',
    repeat: ONCE,
    rrule: '',
    all_watchers: false,
    tags: [],
    watcher_ids: [],
    page_ids: [],
    announce_before_s: '86400',
  }
}

/** A window that is there, to be changed. */
export function draftOf(window: MaintenancePublic): Draft {
  const seconds = window.duration_s ?? UNITS.hours
  const unit = (['days', 'hours'] as const).find((each) => seconds % UNITS[each] === 0) ?? 'minutes'
  return {
    title: window.title,
    description: window.description,
    starts_at: toWall(window.starts_at, window.time_zone),
    time_zone: window.time_zone,
    open_ended: window.duration_s === null,
    duration_s: seconds / UNITS[unit],
    unit,
    repeat: fromRule(window.rrule),
    rrule: '',
    all_watchers: window.all_watchers,
    tags: window.tags,
    watcher_ids: window.watcher_ids,
    page_ids: window.page_ids,
    announce_before_s: window.announce_before_s === null ? '' : String(window.announce_before_s),
  }
}

/** When it is; null while the form does not say. */
export function whenOf(draft: Draft): MaintenanceWhen | null {
  const { starts_at, time_zone, open_ended, duration_s, unit, repeat } = draft
  if (starts_at === '' || (!open_ended && !(duration_s > 0))) return null
  return {
    starts_at: fromWall(starts_at, time_zone),
    time_zone,
    duration_s: open_ended ? null : Math.round(duration_s * UNITS[unit]),
    rrule: open_ended ? null : toRule(repeat),
  }
}

/** The draft as the API takes it. */
export function bodyOf(draft: Draft, when: MaintenanceWhen): MaintenanceCreate {
  const { title, description, all_watchers, tags, watcher_ids, page_ids, announce_before_s } = draft
  return {
    ...when,
    title,
    description,
    all_watchers,
    tags: all_watchers ? [] : tags,
    watcher_ids: all_watchers ? [] : watcher_ids,
    page_ids,
    announce_before_s: announce_before_s === '' ? null : Number(announce_before_s),
  }
}
