import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ReportPublic } from '@/client/types.gen'
import { Wide } from '@/components/wide'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'

const cell = 'px-3 py-2 align-top'

/** The incidents that touched the month. */
export function IncidentsTable({ report }: { report: ReportPublic }) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  const { slug } = useWorkspace()
  const more = report.incidents_total - report.incidents.length
  if (report.incidents.length === 0) return <p className="text-muted">{t('noIncidents')}</p>
  return (
    <Wide label={t('incidents')} className="rounded-b-lg">
      <table className="w-full border-t text-left text-sm tabular">
        <thead>
          <tr className="border-b text-xs text-muted">
            <th scope="col" className="px-4 py-2 font-medium">
              {t('incident')}
            </th>
            {[t('severity'), t('began'), t('ended'), t('concerns')].map((heading) => (
              <th key={heading} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {report.incidents.map((incident) => (
            <tr key={incident.id}>
              <th scope="row" className="min-w-44 px-4 py-2 align-top font-medium">
                <Link
                  to="/w/$workspace/incidents/$incidentId"
                  params={{ workspace: slug, incidentId: incident.id }}
                  className="wrap-anywhere underline-offset-4 hover:underline"
                >
                  {incident.title}
                </Link>
              </th>
              <td className={cell}>{t(`severities.${incident.severity}`)}</td>
              <td className={`${cell} whitespace-nowrap`}>{format.shortDateTime(incident.started_at)}</td>
              <td className={`${cell} whitespace-nowrap`}>
                {incident.resolved_at === null ? t('open') : format.shortDateTime(incident.resolved_at)}
              </td>
              <td className={`${cell} min-w-40 wrap-anywhere`}>
                {incident.services.join(', ')}
                {incident.services_total > incident.services.length &&
                  ` ${t('andMore', { count: incident.services_total - incident.services.length })}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="border-t px-4 py-2 text-muted">{t('moreIncidents', { count: more })}</p>}
    </Wide>
  )
}
