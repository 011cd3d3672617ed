import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { overviewQuery } from '@/lib/overview'
import { useWorkspace } from '@/lib/workspace'
import { accentOf, isColour } from './accent'
import type { Draft } from './draft'
import { LogoPicture } from './logo-picture'
import { PreviewBars } from './preview-bars'
import { useOverallWord } from './use-overall-word'

const MOST = 12

interface Props {
  draft: Draft
  page: StatusPagePublic
  logo: string | null
}

/** A small sketch of the public page with the present states and days; the page itself may not be framed. */
export function Preview({ draft, page, logo }: Props) {
  const { t } = useTranslation('statusPages')
  const { id } = useWorkspace()
  const { data } = useQuery(overviewQuery(id))
  const now = new Map(data?.watchers.map((watcher) => [watcher.id, watcher]))
  const stateOf = (watcherId: string) => now.get(watcherId)?.state ?? 'unknown'
  const shown = draft.sections.flatMap(({ components }) => components)
  const overall = useOverallWord(shown.map(({ watcher_id }) => stateOf(watcher_id)))
  const accent = isColour(draft.accent) ? accentOf(draft.accent) : null
  const colour = accent && { color: `light-dark(${accent.light}, ${accent.dark})` }
  const rows = draft.sections.map((section, at) => ({
    ...section,
    before: draft.sections.slice(0, at).reduce((sum, { components }) => sum + components.length, 0),
  }))
  return (
    <div className="grid grid-cols-1 gap-3 overflow-hidden rounded-md border bg-bg p-4">
      {page.has_logo && <LogoPicture page={page} picture={logo} className="max-h-8 max-w-32" />}
      <div>
        <p className="text-lg font-semibold break-words">{draft.title}</p>
        {draft.description && <p className="break-words text-muted">{draft.description}</p>}
      </div>
      {data && overall && (
        <p className="rounded-md border bg-surface px-3 py-2">
          <StateMark state={overall.state} word={overall.word} className="whitespace-normal" />
        </p>
      )}
      {shown.length === 0 && <p className="text-subtle">{t('preview.empty')}</p>}
      {rows.map(({ uid, name, components, before }) =>
        components.length === 0 || before >= MOST ? null : (
          <div key={uid} className="grid grid-cols-1 gap-1">
            {name && <p className="font-medium break-words">{name}</p>}
            <ul className="divide-y rounded-md border bg-surface">
              {components.slice(0, MOST - before).map((component) => (
                <li key={component.watcher_id} className="grid grid-cols-1 gap-1.5 px-3 py-2">
                  <span className="flex items-center justify-between gap-2">
                    <span className="min-w-0 truncate">{component.name}</span>
                    <StateMark
                      state={stateOf(component.watcher_id)}
                      word={t(`preview.state.${stateOf(component.watcher_id)}`)}
                      className="shrink-0 text-xs"
                    />
                  </span>
                  {draft.show_bars && <PreviewBars days={now.get(component.watcher_id)?.days ?? ''} />}
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
      {shown.length > MOST && (
        <p className="text-subtle">{t('preview.more', { count: shown.length - MOST })}</p>
      )}
      {draft.footer_links.length > 0 && (
        <p className="flex flex-wrap gap-x-3 text-accent-text" style={colour ?? undefined}>
          {draft.footer_links.map(({ label }, at) => (
            <span key={at} className="underline underline-offset-4">
              {label}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
