import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { watchersGetOptions } from '@/client/@tanstack/react-query.gen'
import type { WatcherPublic } from '@/client/types.gen'
import { CopyButton } from '@/components/copy-button'
import { ErrorView } from '@/components/error-view'
import { NotFound } from '@/components/not-found'
import { OpenIncidents } from '@/components/open-incidents'
import { Page } from '@/components/page'
import { useMay, useWorkspace } from '@/lib/workspace'
import { Actions } from './actions'
import { AmendmentsSection } from './amendments-section'
import { CertificateSection } from './certificate-section'
import { ChangesSection } from './changes-section'
import { ConfigurationSection } from './configuration-section'
import { DaysSection } from './days-section'
import { EventsSection } from './events-section'
import { LastFailureSection } from './last-failure-section'
import { LatencySection } from './latency-section'
import type { WatcherSearch } from './search'
import { useWatcherRefresh } from './use-watcher-refresh'
import { WatcherSkeleton } from './watcher-skeleton'
import { Why } from './why'

interface Props {
  watcherId: string
  search: WatcherSearch
}

/** One watcher: how it is, since when, why, and how it has been. */
export function WatcherPage({ watcherId, search }: Props) {
  const { id: workspace_id } = useWorkspace()
  useWatcherRefresh(watcherId)
  const path = { workspace_id, watcher_id: watcherId }
  const { data: watcher, error, refetch } = useQuery(watchersGetOptions({ path }))
  // 422: what stands in the address is no id at all.
  if (error?.status === 404 || error?.status === 422) return <NotFound />
  if (watcher) return <Loaded watcher={watcher} search={search} />
  if (!error) return <WatcherSkeleton />
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <ErrorView error={error} onRetry={() => void refetch()} />
    </div>
  )
}

function Loaded({ watcher, search }: { watcher: WatcherPublic; search: WatcherSearch }) {
  const { t } = useTranslation('watcher')
  const { t: common } = useTranslation()
  const may = useMay('admin')
  const path = { workspace_id: watcher.workspace_id, watcher_id: watcher.id }
  return (
    <Page
      title={watcher.name}
      tab={t('tab', { state: common(`state.${watcher.state}`), name: watcher.name })}
      actions={may && <Actions watcher={watcher} />}
    >
      <p className="-mt-4 mb-4 flex items-center gap-1">
        <span className="min-w-0 truncate font-mono text-xs text-muted" title={watcher.url}>
          {watcher.url}
        </span>
        <CopyButton text={watcher.url} label={t('copyUrl')} bare />
      </p>
      <OpenIncidents watcherId={watcher.id} />
      <div className="grid gap-4">
        <Why watcher={watcher} />
        <DaysSection path={path} />
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_21rem]">
          <div className="grid min-w-0 gap-4">
            <LatencySection path={path} watcher={watcher} search={search} />
            <EventsSection path={path} search={search} />
          </div>
          <div className="grid min-w-0 gap-4 md:max-xl:grid-cols-2 md:max-xl:items-start">
            <LastFailureSection path={path} />
            <ChangesSection path={path} />
            <AmendmentsSection path={path} watcher={watcher} />
            <CertificateSection watcher={watcher} />
            <ConfigurationSection watcher={watcher} />
          </div>
        </div>
      </div>
    </Page>
  )
}
