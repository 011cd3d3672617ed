import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, Ellipsis, FlaskConical, Pause, Pencil, Play, RefreshCw, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/menu'
import { useCommands } from '@/lib/commands'
import { cn } from '@/lib/cn'
import { useWorkspace } from '@/lib/workspace'
import { useWatcherActions } from './use-watcher-actions'

/** Check now, pause, edit, duplicate, delete; by buttons, the command menu and keys. */
export function Actions({ watcher }: { watcher: WatcherPublic }) {
  const { t } = useTranslation('watcher')
  const { slug } = useWorkspace()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const { check, setPaused, remove } = useWatcherActions(watcher)
  const paused = watcher.paused_at !== null
  const { id: watcherId } = watcher
  const run = {
    check: () => {
      if (!check.isPending && !paused) check.mutate()
    },
    pause: () => {
      setPaused(!paused)
    },
    edit: () =>
      void navigate({ to: '/w/$workspace/watchers/$watcherId/edit', params: { workspace: slug, watcherId } }),
    duplicate: () =>
      void navigate({
        to: '/w/$workspace/watchers/new',
        params: { workspace: slug },
        search: { from: watcherId },
      }),
    tryRules: () =>
      void navigate({
        to: '/w/$workspace/alerts/backtest',
        params: { workspace: slug },
        search: { watcher: watcherId },
      }),
    remove: () => {
      setDeleting(true)
    },
  }
  useActionCommands(watcher.name, paused, run)
  return (
    <>
      <Button aria-disabled={check.isPending || paused} onClick={run.check}>
        <RefreshCw aria-hidden className={cn(check.isPending && 'animate-spin')} />
        {check.isPending ? t('checking') : t('checkNow')}
      </Button>
      <Button onClick={run.pause}>
        {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
        {paused ? t('resume') : t('pause')}
      </Button>
      <Button asChild className="max-sm:hidden">
        <Link to="/w/$workspace/watchers/$watcherId/edit" params={{ workspace: slug, watcherId }}>
          <Pencil aria-hidden />
          {t('edit')}
        </Link>
      </Button>
      <Menu>
        <MenuTrigger asChild>
          <Button size="icon" aria-label={t('more')}>
            <Ellipsis aria-hidden />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={run.edit} className="sm:hidden">
            <Pencil aria-hidden />
            {t('edit')}
          </MenuItem>
          <MenuItem onSelect={run.duplicate}>
            <Copy aria-hidden />
            {t('duplicate')}
          </MenuItem>
          <MenuItem onSelect={run.tryRules}>
            <FlaskConical aria-hidden />
            {t('tryRules')}
          </MenuItem>
          <MenuSeparator />
          <MenuItem onSelect={run.remove} className="text-down-fg">
            <Trash2 aria-hidden />
            {t('delete')}
          </MenuItem>
        </MenuContent>
      </Menu>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={t('deleteTitle', { name: watcher.name })}
        action={t('delete')}
        typed={watcher.name}
        pending={remove.isPending}
        problem={remove.error}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        {t('deleteText')}
      </Confirm>
    </>
  )
}

type Run = Record<'check' | 'pause' | 'edit' | 'duplicate' | 'tryRules' | 'remove', () => void>

/** Offers the same in the command menu. */
function useActionCommands(name: string, paused: boolean, run: Run) {
  const { t } = useTranslation('watcher')
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useCommands(
    useMemo(() => {
      const offer = (id: keyof Run, title: string, icon: typeof Pause, keys?: string) => ({
        id: `watcher-${id}`,
        title,
        group: name,
        icon,
        keys,
        run: () => {
          latest.current[id]()
        },
      })
      return [
        ...(paused ? [] : [offer('check', t('checkNow'), RefreshCw, 'r')]),
        offer('pause', t(paused ? 'resume' : 'pause'), paused ? Play : Pause, 'p'),
        offer('edit', t('edit'), Pencil, 'e'),
        offer('duplicate', t('duplicate'), Copy),
        offer('tryRules', t('tryRules'), FlaskConical),
        offer('remove', t('delete'), Trash2),
      ]
    }, [t, name, paused]),
  )
}
