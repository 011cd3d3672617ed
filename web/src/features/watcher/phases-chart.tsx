import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/lib/format'
import { useTimeZone } from '@/lib/time-zone'
import { ChartFrame } from './chart-frame'
import type { ChartProps } from './latency-chart'
import { meanShares, PHASE_COLOUR, phaseMs, PHASES, sharesOf } from './phases'
import type { Series } from './plot-options'
import { stepMs, type Shade } from './shape'
import { ShareBar } from './share-bar'

// The last phase ends at the top: painted first, the others over it.
const STACKED = [...PHASES].reverse()
const SERIES: Series[] = STACKED.map((phase) => ({ label: phase, token: PHASE_COLOUR[phase] }))
const NO_SHADES: Shade[] = []
const HEIGHT = 160

/** What a check's time is made of, over time and on average. */
export function PhasesChart({ latency, at, onAt, onZoom }: ChartProps) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const timeZone = useTimeZone()
  const { points } = latency
  const xs = useMemo(() => points.map((point) => Date.parse(point.at) / 1000), [points])
  const rows = useMemo(() => {
    const upTo = (last: number) =>
      points.map((point) =>
        point.measured === 0
          ? null
          : PHASES.slice(0, last + 1).reduce((sum, phase) => sum + (phaseMs(point, phase) ?? 0), 0),
      )
    return STACKED.map((_phase, index) => upTo(PHASES.length - 1 - index))
  }, [points])
  const means = useMemo(() => meanShares(points), [points])
  const shown = at === null ? undefined : points[at]
  const shares = shown ? sharesOf(shown) : means
  const sum = shares.reduce((total, { ms }) => total + ms, 0)
  const say = (index: number) => {
    const point = points[index]
    if (!point) return ''
    const parts = PHASES.flatMap((phase) => {
      const ms = phaseMs(point, phase)
      return ms === null ? [] : [`${t(`phase.${phase}`)} ${format.milliseconds(ms)}`]
    })
    return [format.shortDateTime(point.at), ...(parts.length ? parts : [t('noData')])].join(', ')
  }
  return (
    <div>
      <h3 className="mb-1 font-medium">{t('phases.title')}</h3>
      <p className="mb-2 text-muted tabular">
        {shown
          ? t('phases.at', { when: format.shortDateTime(shown.at), time: format.milliseconds(sum) })
          : t('phases.mean', { time: format.milliseconds(sum) })}
      </p>
      <div className="min-h-9">
        <ShareBar shares={shares} />
      </div>
      <div className="mt-3">
        <ChartFrame
          label={t('phases.chart')}
          xs={xs}
          rows={rows}
          say={say}
          series={SERIES}
          shades={NO_SHADES}
          bars
          height={HEIGHT}
          language={format.language}
          timeZone={timeZone}
          formatY={format.milliseconds}
          stepMs={stepMs(latency)}
          at={at}
          onAt={onAt}
          onZoom={onZoom}
        />
      </div>
    </div>
  )
}
