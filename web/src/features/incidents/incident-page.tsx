import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '@/client/types.gen'
import { ErrorView } from '@/components/error-view'
import { NotFound } from '@/components/not-found'
import { Page } from '@/components/page'
import { PageSkeleton } from '@/components/skeleton'
import { flaps, useIncidentTitle } from '@/lib/incident-words'
import { incidentQuery } from '@/lib/incidents'
import { useMay, useWorkspace } from '@/lib/workspace'
import { Actions } from './actions'
import { Members } from './members'
import { PagesPanel } from './pages-panel'
import { StateCard } from './state-card'
import { Timeline } from './timeline'
import { UpdateForm } from './update-form'
import { WhyPanel } from './why-panel'
import { WriteUp } from './write-up'

// Alerting and people go on about it without the stream telling.
const OPEN_MS = 4_000
const OVER_MS = 15_000

/** One incident: how it stands, what happened, who was told, and what people do about it. */
export function IncidentPage({ incidentId }: { incidentId: string }) {
  const { id } = useWorkspace()
  const { data, error, refetch } = useQuery({
    ...incidentQuery(id, incidentId),
    refetchInterval: ({ state }) => (state.data?.resolved_at === null ? OPEN_MS : OVER_MS),
  })
  // 422: what stands in the address is no id at all.
  if (error?.status === 404 || error?.status === 422) return <NotFound />
  if (data) return <Loaded incident={data} />
  if (!error) return <PageSkeleton />
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <ErrorView error={error} onRetry={() => void refetch()} />
    </div>
  )
}

function Loaded({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation('incidents')
  const may = useMay('admin')
  // What went up into another one is told there.
  const isOwn = incident.merged_into_id === null
  const refetchInterval = incident.resolved_at === null ? OPEN_MS : OVER_MS
  const title = useIncidentTitle()(incident)
  const now = flaps(incident) ? t('called.nowFlapping') : t(`impact.${incident.impact}`)
  const state = incident.resolved_at === null ? now : t('stage.resolved')
  return (
    <Page title={title} tab={`${state}: ${title}`} actions={may && isOwn && <Actions incident={incident} />}>
      <div className="grid gap-4">
        <StateCard incident={incident} />
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_23rem]">
          <div className="grid gap-4">
            {may && isOwn && <UpdateForm key={String(incident.resolved_at === null)} incident={incident} />}
            <Timeline incidentId={incident.id} refetchInterval={refetchInterval} />
            <WhyPanel incident={incident} refetchInterval={refetchInterval} />
          </div>
          <div className="grid gap-4 md:max-xl:grid-cols-2 md:max-xl:items-start">
            <Members incident={incident} mayChange={may && isOwn} refetchInterval={refetchInterval} />
            <PagesPanel incident={incident} />
            <WriteUp incident={incident} />
          </div>
        </div>
      </div>
    </Page>
  )
}
