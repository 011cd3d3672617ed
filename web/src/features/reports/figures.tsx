import { useTranslation } from 'react-i18next'
import type { ReportPublic } from '@/client/types.gen'
import { Card } from '@/components/card'
import { useFormat } from '@/lib/format'

/** All services together, in four figures. */
export function Figures({ report }: { report: ReportPublic }) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  const { total } = report
  const percent = (value: number | null) => (value === null ? t('unknownUptime') : format.percent(value))
  const figures = [
    [
      t('uptime'),
      percent(total.uptime_percent),
      total.raw && t('recorded', { figure: percent(total.raw.uptime_percent) }),
    ],
    [t('services'), format.number(total.services), null],
    [t('outages'), format.number(total.outages), null],
    [t('incidents'), format.number(report.incidents_total), null],
  ] as const
  return (
    <Card aria-label={t('all')}>
      <dl className="grid grid-cols-2 gap-px sm:grid-cols-4">
        {figures.map(([name, value, below]) => (
          <div key={name} className="p-4">
            <dt className="text-muted">{name}</dt>
            <dd className="mt-0.5 text-xl font-semibold tabular">{value}</dd>
            {below && <dd className="text-subtle">{below}</dd>}
          </div>
        ))}
      </dl>
    </Card>
  )
}
