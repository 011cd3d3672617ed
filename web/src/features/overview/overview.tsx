import { Link, useNavigate } from '@tanstack/react-router'
import { Activity, Plus, SearchX } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { OverviewPublic } from '@/client/types.gen'
import { AddressNotice } from '@/components/address-notice'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { ErrorView } from '@/components/error-view'
import { OpenIncidents } from '@/components/open-incidents'
import { Page } from '@/components/page'
import type { State } from '@/components/state-mark'
import { useOverview } from '@/lib/overview'
import { useMay, useWorkspace } from '@/lib/workspace'
import { arrange, tagsOf } from './arrange'
import { Banner } from './banner'
import { BulkBar } from './bulk-bar'
import { FilterBar } from './filter-bar'
import { List } from './list'
import { OverviewSkeleton } from './overview-skeleton'
import { isFiltered, type OverviewSearch } from './search'
import { useListKeys } from './use-list-keys'
import { useSelection } from './use-selection'

/** Every watcher of the workspace: how it is, how it was, and what to do about it. */
export function Overview({ search }: { search: OverviewSearch }) {
  const { t } = useTranslation('overview')
  const { id, slug } = useWorkspace()
  const { data, error, refetch } = useOverview(id)
  const add = useMay('admin') && (
    <Button asChild variant="primary">
      <Link to="/w/$workspace/watchers/new" params={{ workspace: slug }}>
        <Plus aria-hidden />
        {t('newWatcher')}
      </Link>
    </Button>
  )
  return (
    <Page title={t('title')} actions={data?.watchers.length ? add : undefined}>
      <AddressNotice />
      {data === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <OverviewSkeleton />}
      {data?.watchers.length === 0 && (
        <Empty icon={Activity} title={t('empty.title')} action={add}>
          <p>{t('empty.text')}</p>
        </Empty>
      )}
      {data && data.watchers.length > 0 && <Watchers overview={data} search={search} />}
    </Page>
  )
}

const NO_STATE: readonly State[] = []

function Watchers({ overview, search }: { overview: OverviewPublic; search: OverviewSearch }) {
  const { t } = useTranslation('overview')
  const { slug } = useWorkspace()
  const may = useMay('admin')
  const navigate = useNavigate()
  const change = useCallback(
    (changed: OverviewSearch) =>
      void navigate({
        from: '/w/$workspace/',
        to: '.',
        search: (before) => ({ ...before, ...changed }),
        resetScroll: false,
        replace: 'q' in changed,
      }),
    [navigate],
  )
  const { watchers } = overview
  const lines = useMemo(() => arrange(watchers, search), [watchers, search])
  const tags = useMemo(() => tagsOf(watchers), [watchers])
  const ids = useMemo(
    () => [...new Set(lines.flatMap((line) => (line.kind === 'watcher' ? [line.watcher.id] : [])))],
    [lines],
  )
  const { selected, toggle, all, clear } = useSelection(ids)
  const onSelect = may ? toggle : undefined
  const [active, setActive] = useListKeys(lines, slug, onSelect)
  const chosen = search.state ?? NO_STATE
  return (
    <>
      <Banner
        counts={overview.counts}
        chosen={chosen}
        onChoose={(state) => {
          const next = chosen.includes(state) ? chosen.filter((each) => each !== state) : [...chosen, state]
          change({ state: next.length > 0 ? next : undefined })
        }}
      />
      <OpenIncidents />
      <FilterBar search={search} tags={tags} onChange={change} />
      <p className="sr-only" role="status">
        {isFiltered(search) ? t('found', { count: ids.length }) : ''}
      </p>
      {lines.length === 0 ? (
        <Empty
          icon={SearchX}
          title={t('nothing.title')}
          action={
            <Button
              onClick={() => {
                change({ q: undefined, state: undefined, tag: undefined })
              }}
            >
              {t('nothing.clear')}
            </Button>
          }
        />
      ) : (
        <List
          lines={lines}
          slug={slug}
          active={active}
          onActive={setActive}
          selected={selected}
          onSelect={onSelect}
          onSelectAll={all}
        />
      )}
      {selected.size > 0 && <BulkBar ids={[...selected]} tags={tags} onClear={clear} />}
    </>
  )
}
