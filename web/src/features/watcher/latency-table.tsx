import { useTranslation } from 'react-i18next'
import type { LatencyPublic } from '@/client/types.gen'
import { Wide } from '@/components/wide'
import { useFormat } from '@/lib/format'
import { phaseMs, PHASES } from './phases'

const QUANTILES = ['p50', 'p95', 'p99'] as const

/** Both charts as figures, newest first; steps without a check are left out. */
export function LatencyTable({ latency }: { latency: LatencyPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const figure = (ms: number | null) => (ms === null ? '–' : format.milliseconds(ms))
  const head = [t('time'), t('checks'), ...QUANTILES, ...PHASES.map((phase) => t(`phase.${phase}`))]
  return (
    <Wide label={t('latency.table')} className="max-h-112 rounded-md border">
      <table className="w-full text-right whitespace-nowrap tabular">
        <thead className="sticky top-0 bg-sunken text-xs text-subtle">
          <tr>
            {head.map((title) => (
              <th key={title} scope="col" className="px-3 py-2 font-medium first:text-left">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {latency.points
            .filter(({ checks }) => checks > 0)
            .reverse()
            .map((point) => (
              <tr key={point.at}>
                <th scope="row" className="px-3 py-1.5 text-left font-normal">
                  {format.shortDateTime(point.at)}
                </th>
                <td className="px-3 text-muted">{format.number(point.checks)}</td>
                {QUANTILES.map((each) => (
                  <td key={each} className="px-3">
                    {figure(point[`${each}_ms`])}
                  </td>
                ))}
                {PHASES.map((phase) => (
                  <td key={phase} className="px-3 text-muted">
                    {figure(phaseMs(point, phase))}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </Wide>
  )
}
