import { defaultFilter } from 'cmdk'
import type { LucideIcon } from 'lucide-react'
import type { OverviewWatcher } from '@/client/types.gen'
import type { Command } from '@/lib/commands'
import { isFoundBy, WORST_FIRST } from '@/lib/overview'

/** What can be done with a watcher picked by its name. */
export const VERBS = ['check', 'pause', 'resume', 'edit'] as const
export type Verb = (typeof VERBS)[number]

/** A line of the command menu. */
export interface Item {
  id: string
  title: string
  /** Behind the title, quieter. */
  detail?: string
  state?: OverviewWatcher['state']
  icon?: LucideIcon
  keys?: string
  run: () => void
  /** Leads on instead of closing the menu. */
  stays?: boolean
}

const MOST_FOUND = 8
const MOST_PICKED = 100

/** Whether the verb makes sense: nobody resumes what is not paused. */
function suits(verb: Verb, { state }: OverviewWatcher): boolean {
  return verb === 'edit' || (verb === 'resume') === (state === 'paused')
}

/** The watchers that a query names: those whose name begins with it first, the worst of them before the others. */
export function findWatchers(watchers: readonly OverviewWatcher[], query: string): OverviewWatcher[] {
  const wanted = query.trim().toLowerCase()
  const begins = ({ name }: OverviewWatcher) => (name.toLowerCase().startsWith(wanted) ? 0 : 1)
  return watchers
    .filter((watcher) => isFoundBy(watcher, wanted))
    .sort(
      (one, other) =>
        begins(one) - begins(other) || WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state),
    )
}

/** To be picked from, for one verb. */
export function toPick(watchers: readonly OverviewWatcher[], query: string, verb: Verb): OverviewWatcher[] {
  return findWatchers(
    watchers.filter((watcher) => suits(verb, watcher)),
    query,
  ).slice(0, MOST_PICKED)
}

/** To go to; without a query what needs a look. */
export function toOpen(watchers: readonly OverviewWatcher[], query: string): OverviewWatcher[] {
  if (query.trim() !== '') return findWatchers(watchers, query).slice(0, MOST_FOUND)
  return watchers.filter(({ state }) => state === 'down' || state === 'degraded').slice(0, MOST_FOUND)
}

/** `pause shop`: verbs whose word the query begins with, each with the watchers that the rest of it names. */
export function spokenFor(
  watchers: readonly OverviewWatcher[],
  query: string,
  wordOf: (verb: Verb) => string,
): { verb: Verb; watcher: OverviewWatcher }[] {
  const [first = '', ...rest] = query.trim().toLowerCase().split(/\s+/)
  if (first.length < 2 || rest.length === 0) return []
  return VERBS.filter((verb) => wordOf(verb).startsWith(first)).flatMap((verb) =>
    toPick(watchers, rest.join(' '), verb)
      .slice(0, MOST_FOUND)
      .map((watcher) => ({ verb, watcher })),
  )
}

/** The commands a query finds, best first; all of them for none. */
export function findCommands(commands: readonly Command[], query: string): readonly Command[] {
  const wanted = query.trim()
  if (wanted === '') return commands
  return commands
    .map((command) => ({ command, score: defaultFilter(command.title, wanted, command.keywords ?? []) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ command }) => command)
}
