import { Link } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Keys } from '@/components/kbd'
import { IncidentCount } from './incident-count'
import { LiveStatus } from './live-status'
import { PLACES } from './places'
import { useCurrentWorkspace } from './use-current-workspace'
import { UserMenu } from './user-menu'
import { WorkspaceMenu } from './workspace-menu'

const ITEM =
  'flex h-8 items-center gap-2.5 rounded-md px-2 text-muted transition-colors duration-(--quick) hover:bg-hover hover:text-fg aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-fg'

const COMMAND_KEYS = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'

/** The left side of wide screens. */
export function Sidebar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation('shell')
  const { current } = useCurrentWorkspace()
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col gap-3 border-r bg-sunken p-2 md:flex">
      <WorkspaceMenu />
      <Button
        className="justify-between px-2 font-normal text-subtle"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
      >
        <span className="flex items-center gap-2">
          <Search aria-hidden />
          {t('search')}
        </span>
        <Keys keys={COMMAND_KEYS} />
      </Button>
      <nav aria-label={t('places')} className="grid gap-0.5">
        {current &&
          PLACES.map(({ to, label, icon: Icon, exact }) => (
            <Link
              key={to}
              to={to}
              params={{ workspace: current.slug }}
              activeOptions={{ exact, includeSearch: false }}
              className={ITEM}
            >
              <Icon aria-hidden className="size-4" />
              {t(label)}
              {label === 'incidents' && <IncidentCount workspaceId={current.id} className="ml-auto" />}
            </Link>
          ))}
      </nav>
      <div className="mt-auto grid gap-1">
        {current && <LiveStatus className="px-3 py-1.5" />}
        <UserMenu />
      </div>
    </aside>
  )
}
