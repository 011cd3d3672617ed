import type { DailyPublic, EventPublic, LatencyPublic, UptimePublic, WatcherPublic } from '@/client/types.gen'
import { ACME } from '@/test/app'
import { api, http, HttpResponse, server } from '@/test/server'

export const SHOP: WatcherPublic = {
  id: '01900000-0000-7000-8000-000000000003',
  workspace_id: ACME.id,
  name: 'Shop',
  kind: 'http',
  url: 'https://shop.example.org/health',
  expected_status: '200-299',
  expected_body: null,
  options: { method: 'GET', bearer_token: '********' },
  every_value: 1,
  every_unit: 'minutes',
  region: 'default',
  region_served: true,
  depends_on: [],
  failure_threshold: 2,
  recovery_threshold: 1,
  degraded_after_ms: null,
  certificate_days: 14,
  timeout_ms: 10_000,
  tags: [],
  version: 1,
  created_at: '2026-11-01T12:00:00Z',
  updated_at: '2026-11-01T12:00:00Z',
  paused_at: null,
  state: 'healthy',
  since: '2026-11-23T12:00:00Z',
  maintenance: null,
  flapping_since: null,
  settles_at: null,
  last_checked_at: '2026-11-23T12:00:00Z',
  last_response_time_ms: 41.5,
  last_reason: null,
  last_message: null,
  next_check_at: '2026-11-23T12:01:00Z',
  certificate_not_after: '2027-02-01T12:00:00Z',
  missed_slots: 0,
}

export const DOWN: WatcherPublic = {
  ...SHOP,
  state: 'down',
  last_response_time_ms: null,
  last_reason: 'connect_refused',
  last_message: 'connecting to 192.0.2.1:443 failed: connection refused',
}

const CHECK: EventPublic = {
  id: 1,
  watcher_id: SHOP.id,
  slot: '2026-11-23T12:00:00Z',
  created_at: '2026-11-23T12:00:00Z',
  status: 'healthy',
  response_status: 200,
  response_time_ms: 41.5,
  dns_ms: 1.5,
  connect_ms: 10,
  tls_ms: 20,
  first_byte_ms: 9,
  transfer_ms: 1,
  reason: null,
  message: null,
}

export const EVENTS: EventPublic[] = [
  CHECK,
  {
    ...CHECK,
    id: 2,
    status: 'down',
    response_status: null,
    response_time_ms: null,
    tls_ms: null,
    first_byte_ms: null,
    transfer_ms: null,
    reason: 'timeout',
    message: 'no answer within 10000 ms',
  },
]

const NO_TIME = {
  healthy_s: 0,
  degraded_s: 0,
  down_s: 0,
  unknown_s: 86_400,
  maintenance_s: 0,
  uptime_percent: null,
  amended: false,
  raw: null,
}

export const UPTIME: UptimePublic = { ...NO_TIME, from: '2026-11-22T12:00:00Z', to: '2026-11-23T12:00:00Z' }

export const DAYS: DailyPublic = {
  tz: 'UTC',
  uptime_percent: 99.652,
  amended: false,
  raw_uptime_percent: 99.652,
  days: [
    { ...NO_TIME, date: '2026-11-21', state: 'unknown' },
    {
      ...NO_TIME,
      date: '2026-11-22',
      state: 'down',
      healthy_s: 86_100,
      down_s: 300,
      unknown_s: 0,
      uptime_percent: 99.652,
    },
    {
      ...NO_TIME,
      date: '2026-11-23',
      state: 'healthy',
      healthy_s: 43_200,
      unknown_s: 0,
      uptime_percent: 100,
    },
  ],
}

export const EMPTY_LATENCY: LatencyPublic = {
  from: '2026-11-22T12:00:00Z',
  to: '2026-11-23T12:00:00Z',
  step: '15m',
  points: [],
}

/** Where the API has the watcher, and corrections. */
export const base = `/workspaces/${ACME.id}/watchers/${SHOP.id}`
export const amendments = `/workspaces/${ACME.id}/amendments`

/** What the API answers about a watcher. */
export function answer(watcher: WatcherPublic = SHOP, events: EventPublic[] = EVENTS) {
  server.use(
    http.get(api(base), () => HttpResponse.json(watcher)),
    http.get(api(`${base}/latency`), () => HttpResponse.json(EMPTY_LATENCY)),
    http.get(api(amendments), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(api(`${base}/changes`), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(api(`${base}/uptime`), () => HttpResponse.json(UPTIME)),
    http.get(api(`${base}/uptime/daily`), () => HttpResponse.json(DAYS)),
    http.get(api(`${base}/events`), ({ request }) => {
      const status = new URL(request.url).searchParams.getAll('status')
      const items = events.filter((event) => status.length === 0 || status.includes(event.status))
      return HttpResponse.json({ items, next_cursor: null })
    }),
  )
}
