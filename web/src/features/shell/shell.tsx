import { lazy, Suspense, useCallback, useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Landmark } from '@/components/landmark'
import { useCommandList, useCommands } from '@/lib/commands'
import { useKeys } from '@/lib/use-keys'
import { LiveStatus } from './live-status'
import { OfflineBanner } from './offline-banner'
import { PhoneNav } from './phone-nav'
import { ShortcutsDialog } from './shortcuts-dialog'
import { Sidebar } from './sidebar'
import { useCurrentWorkspace } from './use-current-workspace'
import { useMenuKey } from './use-menu-key'
import { UserMenu } from './user-menu'
import { useShellCommands } from './use-shell-commands'
import { WorkspaceMenu } from './workspace-menu'

const loadCommandMenu = () => import('./command-menu')
const CommandMenu = lazy(loadCommandMenu)
// Whoever opens it begins to type at once.
const LOAD_AFTER_MS = 1500

type Open = 'commands' | 'shortcuts' | null

/** What is around every page of somebody who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation('shell')
  const [open, setOpen] = useState<Open>(null)
  const { current } = useCurrentWorkspace()
  const showShortcuts = useCallback(() => {
    setOpen('shortcuts')
  }, [])
  useCommands(useShellCommands(current, showShortcuts))
  useKeys(useCommandList())
  const openMenu = useMenuKey(() => {
    setOpen('commands')
  })
  useEffect(() => {
    const timer = setTimeout(() => {
      // Without a line it is asked for when it is opened.
      if (navigator.onLine) void loadCommandMenu()
    }, LOAD_AFTER_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [])
  const close = (to: boolean) => {
    if (!to) setOpen(null)
  }
  return (
    <div className="grid min-h-dvh md:grid-cols-[14rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <Sidebar onSearch={openMenu} />
      <div className="flex min-w-0 flex-col pb-16 md:pb-0">
        <header className="sticky top-0 z-20 flex h-14 items-center justify-between gap-2 border-b bg-bg px-2 md:hidden">
          <WorkspaceMenu />
          <div className="flex min-w-0 shrink-0 items-center gap-1">
            {current && <LiveStatus />}
            <UserMenu compact />
          </div>
        </header>
        <OfflineBanner />
        <Landmark id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {children}
        </Landmark>
      </div>
      <PhoneNav onSearch={openMenu} />
      <ShortcutsDialog open={open === 'shortcuts'} onOpenChange={close} />
      {open === 'commands' && (
        <Suspense>
          <CommandMenu workspace={current} onOpenChange={close} />
        </Suspense>
      )}
    </div>
  )
}
