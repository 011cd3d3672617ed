import { queryOptions, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileChartColumn } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { reportsGet } from '@/client/sdk.gen'
import type { ReportPublic } from '@/client/types.gen'
import { Empty } from '@/components/empty'
import { ErrorView } from '@/components/error-view'
import { Page } from '@/components/page'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'
import { useTimeZone } from '@/lib/time-zone'
import { useWorkspace } from '@/lib/workspace'
import { Choices } from './choices'
import { Figures } from './figures'
import { IncidentsTable } from './incidents-table'
import { SaveButtons } from './save-buttons'
import { lastMonths, type ReportsSearch } from './search'
import { ServicesTable } from './services-table'

const HOUR_MS = 3_600_000

/** A month of the workspace or of one of its status pages, to be looked at and to be saved. */
export function ReportsPage({ search }: { search: ReportsSearch }) {
  const { t, i18n } = useTranslation('reports')
  const { id: workspace_id } = useWorkspace()
  const ownZone = useTimeZone()
  const navigate = useNavigate()
  const now = useNow(HOUR_MS)
  // A page has a calendar of its own; the workspace has the reader's.
  const tz = search.zone ?? (search.page === undefined ? ownZone : undefined)
  const language = i18n.language === 'de' ? ('de' as const) : ('en' as const)
  const query = { status_page_id: search.page, tz, language }
  const reportQuery = (month: string) =>
    queryOptions({
      queryKey: ['report', workspace_id, month, query],
      queryFn: async ({ signal }) =>
        (await reportsGet({ path: { workspace_id, month }, query, signal, throwOnError: true })).data,
    })
  const [present = '', past = ''] = lastMonths(now, ownZone)
  const latest = useQuery({ ...reportQuery(past), enabled: search.month === undefined })
  // The latest month that is over, unless nobody watched in it.
  const month = search.month ?? (latest.data && !wasWatched(latest.data) ? present : past)
  const report = useQuery(reportQuery(month))
  return (
    <Page title={t('title')} actions={<SaveButtons month={month} query={query} />}>
      <p className="mb-4 max-w-prose text-muted">{t('text')}</p>
      <Choices
        search={search}
        month={month}
        onChange={(changed) =>
          void navigate({
            from: '/w/$workspace/reports',
            to: '.',
            search: (before) => ({ ...before, ...changed }),
            resetScroll: false,
          })
        }
      />
      {report.data && <Report report={report.data} />}
      {report.data === undefined && report.error && (
        <ErrorView error={report.error} onRetry={() => void report.refetch()} />
      )}
      {report.data === undefined && !report.error && <Skeleton className="h-96" />}
    </Page>
  )
}

const wasWatched = ({ total: { healthy_s, degraded_s, down_s, maintenance_s } }: ReportPublic) =>
  healthy_s + degraded_s + down_s + maintenance_s > 0

function Report({ report }: { report: ReportPublic }) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  const { services, rules } = report
  return (
    <div className="grid grid-cols-1 gap-4">
      {!report.complete && (
        <p className="text-degraded-fg">{t('soFar', { at: format.dateTime(report.to) })}</p>
      )}
      {services.length === 0 ? (
        <Empty icon={FileChartColumn} title={t('noServices')}>
          <p>{t('noServicesText')}</p>
        </Empty>
      ) : (
        <>
          <Figures report={report} />
          <Section title={t('services')} padded={false}>
            <ServicesTable report={report} />
          </Section>
        </>
      )}
      <Section title={t('incidents')} padded={report.incidents.length === 0}>
        <IncidentsTable report={report} />
      </Section>
      <Section title={t('rules')}>
        <ol className="grid max-w-prose list-decimal gap-1.5 pl-5 text-muted">
          {rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ol>
      </Section>
    </div>
  )
}
