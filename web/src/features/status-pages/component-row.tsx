import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { useId, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Input } from '@/components/input'
import { StateMark } from '@/components/state-mark'
import type { Direction, Shown } from './arrange'
import { moves } from './use-arranging'

interface Props {
  component: Shown
  /** Missing while the watchers are loaded, or when it was deleted meanwhile. */
  watcher: WatcherPublic | undefined
  first: boolean
  last: boolean
  error: string | undefined
  onMove: (by: Direction, through?: 'keys') => void
  onName: (name: string) => void
  onRemove: () => void
}

/** A watcher on the page: its public name, and its place by buttons or by Alt and the arrow keys. */
export function ComponentRow(props: Props) {
  const { component, watcher, first, last, error, onMove, onName, onRemove } = props
  const { t } = useTranslation('statusPages')
  const id = useId()
  const own = watcher?.name ?? component.name
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null
    if (!event.altKey || by === null) return
    event.preventDefault()
    onMove(by, 'keys')
  }
  return (
    <li>
      <div className="flex items-center gap-1">
        <span className="mr-1 flex shrink-0">
          {watcher && <StateMark state={watcher.state} look="shape" />}
        </span>
        <Input
          value={component.name}
          maxLength={100}
          required
          autoComplete="off"
          aria-label={t('sections.publicName', { name: own })}
          aria-describedby={`${id}-note`}
          aria-invalid={error ? true : undefined}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
          onKeyDown={onKey}
          {...moves(component.watcher_id, 'keys')}
          onChange={({ target }) => {
            onName(target.value)
          }}
        />
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('sections.upNamed', { name: component.name })}
          aria-disabled={first}
          {...moves(component.watcher_id, -1)}
          onClick={() => {
            onMove(-1)
          }}
        >
          <ArrowUp aria-hidden />
        </Button>
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('sections.downNamed', { name: component.name })}
          aria-disabled={last}
          {...moves(component.watcher_id, 1)}
          onClick={() => {
            onMove(1)
          }}
        >
          <ArrowDown aria-hidden />
        </Button>
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('sections.removeNamed', { name: component.name })}
          onClick={onRemove}
        >
          <X aria-hidden />
        </Button>
      </div>
      <p id={`${id}-note`} className="pl-6 text-xs text-subtle empty:hidden">
        {error ? (
          <span className="text-down-fg">{error}</span>
        ) : (
          watcher && watcher.name !== component.name && t('sections.watches', { name: watcher.name })
        )}
      </p>
    </li>
  )
}
