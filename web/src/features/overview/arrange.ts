import type { OverviewWatcher } from '@/client/types.gen'
import { isFoundBy, WORST_FIRST } from '@/lib/overview'
import type { OverviewSearch, Sort } from './search'

const RANK = new Map(WORST_FIRST.map((state, index) => [state, index]))

export type Line =
  | { kind: 'heading'; key: string; tag: string | null; count: number }
  | { kind: 'watcher'; key: string; watcher: OverviewWatcher }

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare

const ORDER: Record<Sort, (one: OverviewWatcher, other: OverviewWatcher) => number> = {
  worst: (one, other) => (RANK.get(one.state) ?? 0) - (RANK.get(other.state) ?? 0),
  name: () => 0,
  latency: (one, other) => (other.last_response_time_ms ?? -1) - (one.last_response_time_ms ?? -1),
  uptime: (one, other) => (one.uptime_90d_percent ?? 101) - (other.uptime_90d_percent ?? 101),
}

/** The watchers an address asks for, in its order. */
export function select(watchers: readonly OverviewWatcher[], search: OverviewSearch): OverviewWatcher[] {
  const query = (search.q ?? '').trim()
  const found = watchers.filter((watcher) => {
    if (search.state && !search.state.includes(watcher.state)) return false
    if (search.tag !== undefined && !watcher.tags.some((each) => same(each, search.tag ?? ''))) return false
    return query === '' || isFoundBy(watcher, query)
  })
  const order = ORDER[search.sort ?? 'worst']
  return found.sort((one, other) => order(one, other) || byName(one.name, other.name))
}

/** The same as lines of a list; grouped, a watcher stands under each of its tags, those without any come last. */
export function arrange(watchers: readonly OverviewWatcher[], search: OverviewSearch): Line[] {
  const found = select(watchers, search)
  if (!search.grouped) return found.map((watcher) => line(watcher, ''))
  const groups = new Map<string, { tag: string; members: OverviewWatcher[] }>()
  const without: OverviewWatcher[] = []
  for (const watcher of found) {
    if (watcher.tags.length === 0) without.push(watcher)
    for (const tag of watcher.tags) {
      const group = groups.get(tag.toLowerCase()) ?? { tag, members: [] }
      group.members.push(watcher)
      groups.set(tag.toLowerCase(), group)
    }
  }
  const sorted = [...groups.values()].sort((one, other) => byName(one.tag, other.tag))
  return [
    ...sorted.flatMap(({ tag, members }) => group(tag, members)),
    ...(without.length > 0 ? group(null, without) : []),
  ]
}

function group(tag: string | null, members: OverviewWatcher[]): Line[] {
  const key = tag === null ? 'untagged' : `tag:${tag.toLowerCase()}`
  return [
    { kind: 'heading', key, tag, count: members.length },
    ...members.map((watcher) => line(watcher, key)),
  ]
}

const line = (watcher: OverviewWatcher, under: string): Line => ({
  kind: 'watcher',
  key: `${under}/${watcher.id}`,
  watcher,
})

/** Every tag once, as it is written first. */
export function tagsOf(watchers: readonly OverviewWatcher[]): string[] {
  const found = new Map<string, string>()
  for (const tag of watchers.flatMap(({ tags }) => tags)) {
    if (!found.has(tag.toLowerCase())) found.set(tag.toLowerCase(), tag)
  }
  return [...found.values()].sort(byName)
}
