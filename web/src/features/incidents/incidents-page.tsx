import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleCheck, Siren, Wrench } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { useCommands } from '@/lib/commands'
import { incidentsQuery } from '@/lib/incidents'
import { useMay, useWorkspace } from '@/lib/workspace'
import { Filters } from './filters'
import { IncidentList } from './incident-list'
import { filterOf, isFiltered, type IncidentsSearch } from './search'

/** The incidents of the workspace: those that are open, then those that are over. */
export function IncidentsPage({ search }: { search: IncidentsSearch }) {
  const { t } = useTranslation('incidents')
  const { t: maintenance } = useTranslation('maintenance')
  const { id, slug } = useWorkspace()
  const may = useMay('admin')
  const navigate = useNavigate()
  const [openedAt] = useState(() => Date.now())
  const filter = useMemo(() => filterOf(search, openedAt), [search, openedAt])
  const { data: any } = useInfiniteQuery({ ...incidentsQuery(id, {}), enabled: !isFiltered(search) })
  const change = useCallback(
    (changed: IncidentsSearch) =>
      void navigate({
        from: '/w/$workspace/incidents/',
        to: '.',
        search: (before) => ({ ...before, ...changed }),
        resetScroll: false,
      }),
    [navigate],
  )
  useListKeys()
  const none = !isFiltered(search) && any?.pages[0]?.items.length === 0
  const actions = (
    <>
      <Button asChild className="md:hidden">
        <Link to="/w/$workspace/maintenance" params={{ workspace: slug }}>
          <Wrench aria-hidden />
          {maintenance('title')}
        </Link>
      </Button>
      {may && (
        <Button asChild variant="primary">
          <Link to="/w/$workspace/incidents/new" params={{ workspace: slug }}>
            <Siren aria-hidden />
            {t('do.open')}
          </Link>
        </Button>
      )}
    </>
  )
  const nothing = isFiltered(search) ? (
    <div className="flex flex-wrap items-center gap-3">
      {t('none')}
      <Button
        onClick={() => {
          change({ status: undefined, severity: undefined, watcher: undefined, days: undefined })
        }}
      >
        {t('showAll')}
      </Button>
    </div>
  ) : (
    <p className="flex items-center gap-2">
      <CircleCheck aria-hidden className="size-4 text-healthy-solid" />
      {t('allClear')}
    </p>
  )
  return (
    <Page title={t('title')} actions={actions}>
      {none ? (
        <Empty icon={CircleCheck} title={t('empty.title')}>
          <p>{t('empty.text')}</p>
        </Empty>
      ) : (
        <>
          <Filters search={search} onChange={change} />
          <div className="grid gap-4">
            {search.status !== 'resolved' && (
              <IncidentList title={t('open')} filter={{ ...filter, status: 'open' }} empty={nothing} />
            )}
            {search.status !== 'open' && (
              <IncidentList
                title={t('earlier')}
                filter={{ ...filter, status: 'resolved' }}
                empty={t(isFiltered(search) ? 'none' : 'noneEarlier')}
              />
            )}
          </div>
        </>
      )}
    </Page>
  )
}

/** `j` and `k` go through the rows; Enter opens, as on every link. */
function useListKeys() {
  const { t } = useTranslation('incidents')
  useCommands(
    useMemo(() => {
      const go = (step: number) => () => {
        const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
        const at = rows.findIndex((row) => row === document.activeElement)
        rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus()
      }
      const group = t('do.list')
      return [
        { id: 'next-incident', title: t('do.next'), group, keys: 'j', run: go(1) },
        { id: 'previous-incident', title: t('do.previous'), group, keys: 'k', run: go(-1) },
      ]
    }, [t]),
  )
}
