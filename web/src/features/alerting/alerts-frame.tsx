import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '@/components/page'
import { Wide } from '@/components/wide'
import { useWorkspace } from '@/lib/workspace'
import { deadQuery, REFRESH_MS } from './queries'

const PARTS = [
  { to: '/w/$workspace/alerts', part: 'channels', exact: true },
  { to: '/w/$workspace/alerts/policies', part: 'policies', exact: false },
  { to: '/w/$workspace/alerts/on-call', part: 'onCall', exact: false },
  { to: '/w/$workspace/alerts/deliveries', part: 'deliveries', exact: false },
  { to: '/w/$workspace/alerts/backtest', part: 'backtest', exact: false },
] as const

interface Props {
  part: (typeof PARTS)[number]['part']
  actions?: ReactNode
  children: ReactNode
}

/** One of the pages about who hears of what, with the way to the others. */
export function AlertsFrame({ part, actions, children }: Props) {
  const { t } = useTranslation('alerting')
  const { id, slug } = useWorkspace()
  const { data: dead = 0 } = useQuery({ ...deadQuery(id), refetchInterval: REFRESH_MS })
  const places = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone there is not room for all of them.
    const here = places.current?.querySelector('[aria-current=page]')
    here?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [part])
  return (
    <Page title={t(`parts.${part}`)} actions={actions}>
      <nav ref={places} aria-label={t('title')} className="mb-5">
        <Wide label={t('title')} className="[--ground:var(--bg)]">
          <div className="flex w-max min-w-full border-b sm:gap-x-1">
            {PARTS.map(({ to, part: each, exact }) => (
              <Link
                key={to}
                to={to}
                params={{ workspace: slug }}
                activeOptions={{ exact, includeSearch: false }}
                className="-mb-px flex h-9 shrink-0 items-center gap-2 border-b-2 border-transparent px-2 text-muted hover:text-fg aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-fg sm:px-3"
              >
                {t(`parts.${each}`)}
                {each === 'deliveries' && dead > 0 && (
                  <span className="rounded-full bg-down-bg px-1.5 text-xs font-medium text-down-fg tabular">
                    {dead}
                    <span className="sr-only"> {t('deadLately')}</span>
                  </span>
                )}
              </Link>
            ))}
          </div>
        </Wide>
      </nav>
      {children}
    </Page>
  )
}
