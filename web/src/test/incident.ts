import type { IncidentDetail, IncidentEntryPublic, Why, WorkspacePublic } from '@/client/types.gen'
import { ACME, answerAsAda, openApp } from './app'
import { api, http, HttpResponse, server } from './server'

/** A path of the workspace. */
export const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
export const ID = '01900000-0000-7000-8000-00000000000a'
export const page = (items: object[]) => HttpResponse.json({ items, next_cursor: null })

/** A line of its timeline. */
export const entry = (
  kind: IncidentEntryPublic['kind'],
  more: Partial<IncidentEntryPublic>,
): IncidentEntryPublic => ({
  id: kind,
  at: '2026-11-24T01:00:00Z',
  kind,
  watcher_id: null,
  actor: null,
  stage: null,
  body: '',
  body_html: '',
  facts: {},
  edited_at: null,
  ...more,
})

export const INCIDENT: IncidentDetail = {
  id: ID,
  title: 'Shop is down',
  title_facts: { how: 'down', name: 'Shop', count: 1 },
  origin: 'automatic',
  severity: 'major',
  impact: 'down',
  stage: 'investigating',
  started_at: '2026-11-24T01:00:00Z',
  detected_at: '2026-11-24T01:00:30Z',
  resolved_at: null,
  unwatched_s: 0,
  acknowledged_at: null,
  acknowledged_by: null,
  cause_kind: null,
  cause: null,
  merged_into_id: null,
  hold: null,
  hold_detail: null,
  hold_because: null,
  members: 1,
  members_open: 1,
  version: 1,
  root_cause: '',
  root_cause_html: '',
  post_mortem: '',
  post_mortem_html: '',
  post_mortem_published_at: null,
  pages: [],
  watchers: { items: [], next_cursor: null },
  timeline: { items: [], next_cursor: null },
}

export const WHY: Why = {
  started_at: INCIDENT.started_at,
  detected_at: INCIDENT.detected_at,
  hold: null,
  hold_detail: null,
  hold_because: null,
  merged_into_id: null,
  checks: [],
  decisions: [],
  runs: [],
  messages: { sent: 0, waiting: 0, quiet: 0, capped: 0, given_up: 0, taken_back: 0, withheld: 0 },
  pages: [],
  deliveries: { items: [], next_cursor: null },
}

/** Opens its page, with these facts of it and these lines. */
export function openIncident(
  incident: Partial<IncidentDetail> = {},
  timeline: object[] = [],
  workspace: WorkspacePublic = ACME,
) {
  answerAsAda([workspace])
  server.use(
    http.get(at(`/incidents/${ID}`), () => HttpResponse.json({ ...INCIDENT, ...incident })),
    http.get(at(`/incidents/${ID}/timeline`), () => page(timeline)),
    http.get(at(`/incidents/${ID}/members`), () => page([])),
    http.get(at(`/incidents/${ID}/why`), () => HttpResponse.json(WHY)),
    http.get(at('/status-pages'), () => page([])),
    http.get(at('/update-templates'), () => page([])),
  )
  return openApp(`/w/acme/incidents/${ID}`)
}
