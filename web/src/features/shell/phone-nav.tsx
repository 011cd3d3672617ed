import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { IncidentCount } from './incident-count'
import { PLACES } from './places'
import { useCurrentWorkspace } from './use-current-workspace'

// A phone has no room for more; the page of incidents leads to the rest.
const ON_PHONES = PLACES.filter((place) => !('onPhone' in place))

/** The bar at the bottom of phones. */
export function PhoneNav() {
  const { t } = useTranslation('shell')
  const { current } = useCurrentWorkspace()
  if (!current) return null
  return (
    <nav
      aria-label={t('places')}
      className="fixed inset-x-0 bottom-0 z-20 grid auto-cols-fr grid-flow-col border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {ON_PHONES.map(({ to, label, icon: Icon, exact }) => (
        <Link
          key={to}
          to={to}
          params={{ workspace: current.slug }}
          activeOptions={{ exact, includeSearch: false }}
          className="relative grid h-14 place-content-center justify-items-center gap-0.5 text-xs text-muted aria-[current=page]:font-medium aria-[current=page]:text-accent-text"
        >
          <Icon aria-hidden className="size-5" />
          {t(label)}
          {label === 'incidents' && (
            <IncidentCount workspaceId={current.id} className="absolute top-1 left-1/2 ml-2" />
          )}
        </Link>
      ))}
    </nav>
  )
}
