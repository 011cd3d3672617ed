import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommands } from '@/lib/commands'
import type { Line } from './arrange'

/** j and k (or the arrows) move through the list, Enter opens, x selects, / searches; where the keyboard is, and how to say it. */
export function useListKeys(lines: Line[], slug: string, onSelect?: (id: string, extend: boolean) => void) {
  const { t } = useTranslation('overview')
  const navigate = useNavigate()
  const [active, setActive] = useState<string | null>(null)
  const found = active === null ? -1 : lines.findIndex(({ key }) => key === active)
  const commands = useMemo(() => {
    const group = t('keys.group')
    const line = lines[found]
    const move = (by: 1 | -1) => {
      let next = found === -1 ? (by === 1 ? 0 : lines.length - 1) : found + by
      while (lines[next]?.kind === 'heading') next += by
      const there = lines[next]
      if (there) setActive(there.key)
    }
    const next = {
      title: t('keys.next'),
      group,
      run: () => {
        move(1)
      },
    }
    const previous = {
      title: t('keys.previous'),
      group,
      run: () => {
        move(-1)
      },
    }
    const search = () => document.getElementById('overview-search')?.focus()
    return [
      { ...next, id: 'overview-next', keys: 'j', otherKey: 'ArrowDown' },
      { ...previous, id: 'overview-previous', keys: 'k', otherKey: 'ArrowUp' },
      { id: 'overview-search', title: t('search'), group, keys: '/', run: search },
      ...(line?.kind === 'watcher'
        ? [
            {
              id: 'overview-open',
              title: t('keys.open', { name: line.watcher.name }),
              group,
              keys: 'o',
              run: () =>
                void navigate({
                  to: '/w/$workspace/watchers/$watcherId',
                  params: { workspace: slug, watcherId: line.watcher.id },
                }),
            },
            ...(onSelect
              ? [
                  {
                    id: 'overview-select',
                    title: t('keys.select'),
                    group,
                    keys: 'x',
                    run: () => {
                      onSelect(line.watcher.id, false)
                    },
                  },
                ]
              : []),
          ]
        : []),
    ]
  }, [t, navigate, lines, found, slug, onSelect])
  useCommands(commands)
  return [found === -1 ? null : active, setActive] as const
}
