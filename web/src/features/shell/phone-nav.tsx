import { Link, useMatchRoute, useNavigate } from '@tanstack/react-router'
import { Ellipsis, Search } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/menu'
import { cn } from '@/lib/cn'
import { IncidentCount } from './incident-count'
import { PLACES } from './places'
import { useCurrentWorkspace } from './use-current-workspace'

// A phone has no room for more; the rest is behind *More*.
const IN_BAR = PLACES.filter((place) => !('onPhone' in place))
const BEHIND_MORE = PLACES.filter((place) => 'onPhone' in place)

const ITEM =
  'relative grid h-14 min-w-0 place-content-center justify-items-center gap-0.5 text-xs text-muted aria-[current=page]:font-medium aria-[current=page]:text-accent-text'
const WORD = 'max-w-full truncate'

/** The bar at the bottom of phones. */
export function PhoneNav({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation('shell')
  const { current } = useCurrentWorkspace()
  if (!current) return null
  return (
    <nav
      aria-label={t('places')}
      className="fixed inset-x-0 bottom-0 z-20 grid grid-cols-[repeat(6,minmax(0,auto))] justify-between border-t bg-surface px-1.5 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {IN_BAR.map(({ to, label, icon: Icon, exact }) => (
        <Link
          key={to}
          to={to}
          params={{ workspace: current.slug }}
          activeOptions={{ exact, includeSearch: false }}
          className={ITEM}
        >
          <Icon aria-hidden className="size-5" />
          <span className={WORD}>{t(label)}</span>
          {label === 'incidents' && (
            <IncidentCount workspaceId={current.id} className="absolute top-1 left-1/2 ml-2" />
          )}
        </Link>
      ))}
      <More workspace={current.slug} onSearch={onSearch} />
    </nav>
  )
}

/** What the bar has no room for: the other places, and everything by its name. */
function More({ workspace, onSearch }: { workspace: string; onSearch: () => void }) {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const matches = useMatchRoute()
  const params = { workspace }
  const here = (to: (typeof BEHIND_MORE)[number]['to']) => matches({ to, params, fuzzy: true }) !== false
  return (
    <Menu>
      <MenuTrigger
        className={cn(ITEM, BEHIND_MORE.some(({ to }) => here(to)) && 'font-medium text-accent-text')}
      >
        <Ellipsis aria-hidden className="size-5" />
        <span className={WORD}>{t('more')}</span>
      </MenuTrigger>
      <MenuContent align="end" side="top">
        {BEHIND_MORE.map(({ to, label, icon: Icon }) => (
          <MenuItem
            key={to}
            aria-current={here(to) ? 'page' : undefined}
            className="aria-[current=page]:font-medium aria-[current=page]:text-accent-text"
            onSelect={() => void navigate({ to, params })}
          >
            <Icon aria-hidden />
            {t(label)}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={onSearch}>
          <Search aria-hidden />
          {t('search')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
