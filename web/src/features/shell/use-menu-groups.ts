import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Pause, Pencil, Play, RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { OverviewWatcher, WorkspacePublic } from '@/client/types.gen'
import { useCommandList } from '@/lib/commands'
import { overviewQuery } from '@/lib/overview'
import { useBulk } from '@/lib/use-bulk'
import { findCommands, spokenFor, toOpen, toPick, VERBS, type Item, type Verb } from './menu-items'

const ICONS = { check: RefreshCw, pause: Pause, resume: Play, edit: Pencil }
const NONE: readonly OverviewWatcher[] = []

interface Asked {
  query: string
  /** What a watcher is being picked for. */
  verb: Verb | null
  onVerb: (verb: Verb) => void
}

/** What the command menu offers, under headings: commands, and the watchers of the workspace, where there is one. */
export function useMenuGroups(workspace: WorkspacePublic | undefined, asked: Asked): [string, Item[]][] {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const commands = useCommandList()
  const { id: workspaceId = '', slug = '', role = 'observer' } = workspace ?? {}
  const { data: overview } = useQuery({ ...overviewQuery(workspaceId), enabled: workspace !== undefined })
  const { run: bulk } = useBulk(workspaceId)
  const watchers = overview?.watchers ?? NONE
  const may = role !== 'observer' && watchers.length > 0
  const { query, verb, onVerb } = asked

  const go = (
    to: '/w/$workspace/watchers/$watcherId' | '/w/$workspace/watchers/$watcherId/edit',
    id: string,
  ) => void navigate({ to, params: { workspace: slug, watcherId: id } })
  const act = (which: Verb, { id, name }: OverviewWatcher) => {
    if (which === 'edit') go('/w/$workspace/watchers/$watcherId/edit', id)
    else bulk({ ids: [id], action: which, said: t(`verb.${which}.done`, { name }) })
  }
  const picked = (which: Verb, watcher: OverviewWatcher): Item => ({
    id: `${which} ${watcher.id}`,
    title: t(`verb.${which}.named`, { name: watcher.name }),
    detail: watcher.url,
    icon: ICONS[which],
    run: () => {
      act(which, watcher)
    },
  })
  if (verb !== null) {
    return [[t('watchers'), toPick(watchers, query, verb).map((watcher) => picked(verb, watcher))]]
  }

  const verbs = VERBS.map((which) => ({
    id: `verb-${which}`,
    title: t(`verb.${which}.do`),
    group: t('group.do'),
    icon: ICONS[which],
    stays: true,
    run: () => {
      onVerb(which)
    },
  }))
  const spoken = may ? spokenFor(watchers, query, (which) => t(`verb.${which}.word`)) : []
  const groups = new Map<string, Item[]>()
  const add = (heading: string, item: Item) => groups.set(heading, [...(groups.get(heading) ?? []), item])
  for (const { verb: which, watcher } of spoken) add(t('watchers'), picked(which, watcher))
  for (const watcher of toOpen(watchers, query)) {
    const { id, name, url, state } = watcher
    add(t('watchers'), {
      id: `open ${id}`,
      title: name,
      detail: url,
      state,
      run: () => {
        go('/w/$workspace/watchers/$watcherId', id)
      },
    })
  }
  for (const command of findCommands(may ? [...commands, ...verbs] : commands, query))
    add(command.group, command)
  return [...groups]
}
