import { expect, test } from 'vitest'
import type { OverviewWatcher } from '@/client/types.gen'
import { arrange, select, tagsOf } from './arrange'
import { parseOverviewSearch } from './search'

const watcher = (name: string, rest: Partial<OverviewWatcher> = {}): OverviewWatcher => ({
  id: name,
  name,
  kind: 'http',
  url: `https://${name.toLowerCase()}.example/`,
  tags: [],
  state: 'healthy',
  since: '2026-11-23T00:00:00Z',
  maintenance: null,
  flapping_since: null,
  amended: false,
  last_checked_at: null,
  last_response_time_ms: null,
  last_reason: null,
  last_message: null,
  next_check_at: null,
  interval_s: 60,
  uptime_90d_percent: null,
  uptime_24h_percent: null,
  latency_24h: Array<null>(24).fill(null) as unknown as OverviewWatcher['latency_24h'],
  days: '-'.repeat(90),
  certificate_not_after: null,
  region_served: true,
  created_at: '2026-11-01T00:00:00Z',
  ...rest,
})

const ALL = [
  watcher('Beta', { tags: ['Shop', 'EU'], last_response_time_ms: 20, uptime_90d_percent: 99 }),
  watcher('alpha 10', { state: 'paused' }),
  watcher('alpha 9', { state: 'down', tags: ['shop'], last_response_time_ms: 900 }),
  watcher('Gamma', { state: 'unknown', uptime_90d_percent: 100 }),
]
const names = (found: OverviewWatcher[]) => found.map(({ name }) => name)

test('what needs a person stands first, and then by name as people count', () => {
  expect(names(select(ALL, {}))).toEqual(['alpha 9', 'Gamma', 'Beta', 'alpha 10'])
  expect(names(select(ALL, { sort: 'name' }))).toEqual(['alpha 9', 'alpha 10', 'Beta', 'Gamma'])
})

test('the slowest and the least reliable first; what has no figure comes last', () => {
  expect(names(select(ALL, { sort: 'latency' })).slice(0, 2)).toEqual(['alpha 9', 'Beta'])
  expect(names(select(ALL, { sort: 'uptime' })).slice(0, 2)).toEqual(['Beta', 'Gamma'])
})

test('every word has to be somewhere in name, address or tags', () => {
  expect(names(select(ALL, { q: 'shop beta' }))).toEqual(['Beta'])
  expect(names(select(ALL, { q: 'gamma.example' }))).toEqual(['Gamma'])
  expect(select(ALL, { q: 'shop gamma' })).toEqual([])
})

test('state and tag narrow the list; the spelling of a tag does not matter', () => {
  expect(names(select(ALL, { tag: 'SHOP' }))).toEqual(['alpha 9', 'Beta'])
  expect(names(select(ALL, { state: ['down', 'unknown'] }))).toEqual(['alpha 9', 'Gamma'])
})

test('grouped, a watcher stands under each of its tags and the untagged come last', () => {
  const lines = arrange(ALL, { grouped: true })
  expect(
    lines.map((line) => (line.kind === 'heading' ? `# ${line.tag ?? 'none'}` : line.watcher.name)),
  ).toEqual(['# EU', 'Beta', '# shop', 'alpha 9', 'Beta', '# none', 'Gamma', 'alpha 10'])
  expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length)
  expect(tagsOf(ALL)).toEqual(['EU', 'Shop'])
})

test('an address with nonsense in it is read as far as it makes sense', () => {
  expect(parseOverviewSearch({ q: '', state: ['down', 'x'], tag: 7, sort: 'worst', grouped: 'yes' })).toEqual(
    {
      state: ['down'],
    },
  )
  expect(parseOverviewSearch({ q: 'a', state: 'down', sort: 'name', grouped: true, tag: 'EU' })).toEqual({
    q: 'a',
    state: ['down'],
    sort: 'name',
    grouped: true,
    tag: 'EU',
  })
})
