import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { cn } from '@/lib/cn'
import { LatencyChart } from './latency-chart'
import { LatencyTable } from './latency-table'
import { PhasesChart } from './phases-chart'
import { changesQuery, latencyQuery, windowQuery, type Path } from './queries'
import { RangePicker } from './range-picker'
import { DEFAULT_RANGE, type WatcherSearch } from './search'
import { Section } from '@/components/section'
import { shadesOf, type Shade } from './shape'
import { useSearchSetter } from './use-search-setter'

const CHANGE_DAYS = { '1h': 1, '24h': 1, '7d': 7, '30d': 30, '90d': 90 }
const NO_SHADES: Shade[] = []
const MIN_ZOOM_MS = 5 * 60_000

interface Props {
  path: Path
  watcher: WatcherPublic
  search: WatcherSearch
}

/** How fast it answers, and where the time goes. */
export function LatencySection({ path, watcher, search }: Props) {
  const { t } = useTranslation('watcher')
  const [table, setTable] = useState(false)
  const [at, setAt] = useState<number | null>(null)
  const setSearch = useSearchSetter()
  const latency = useQuery(latencyQuery(path, search))
  const days = search.from === undefined ? CHANGE_DAYS[search.range ?? DEFAULT_RANGE] : 90
  const changes = useQuery(changesQuery(path, days))
  const { data: times } = useQuery(windowQuery(path, search))
  const { every_unit, every_value } = watcher
  const { data, dataUpdatedAt } = latency
  const shades = useMemo(
    () =>
      data && changes.data
        ? shadesOf(data, changes.data, { every_unit, every_value }, dataUpdatedAt)
        : NO_SHADES,
    [data, changes.data, every_unit, every_value, dataUpdatedAt],
  )
  const zoom = (fromMs: number, toMs: number) => {
    const middle = (fromMs + toMs) / 2
    const half = Math.max(toMs - fromMs, MIN_ZOOM_MS) / 2
    setSearch({
      from: new Date(middle - half).toISOString(),
      to: new Date(middle + half).toISOString(),
    })
    setAt(null)
  }
  const chart = latency.data && {
    latency: latency.data,
    watcher,
    shades,
    times,
    at,
    onAt: setAt,
    onZoom: zoom,
  }
  const empty = latency.data?.points.every(({ measured }) => measured === 0)
  return (
    <Section
      title={t('latency.title')}
      actions={
        <>
          <RangePicker search={search} />
          <Button
            aria-pressed={table}
            onClick={() => {
              setTable(!table)
            }}
          >
            {table ? t('latency.asChart') : t('latency.asTable')}
          </Button>
        </>
      }
    >
      {!latency.data && latency.error && (
        <ErrorView error={latency.error} onRetry={() => void latency.refetch()} />
      )}
      {!latency.data && !latency.error && (
        <div className="grid gap-6">
          <Skeleton className="h-72" />
          <Skeleton className="h-48" />
        </div>
      )}
      {chart && (
        <div
          className={cn('grid grid-cols-[minmax(0,1fr)] gap-6', latency.isPlaceholderData && 'opacity-60')}
        >
          {empty && <p className="text-muted">{t('latency.empty')}</p>}
          {table && <LatencyTable latency={chart.latency} />}
          {!table && <LatencyChart {...chart} />}
          {!table && !empty && <PhasesChart {...chart} />}
        </div>
      )}
    </Section>
  )
}
