import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { LatencyPublic, UptimePublic, WatcherPublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { useTimeZone } from '@/lib/time-zone'
import { ChartFrame } from './chart-frame'
import type { Series } from './plot-options'
import { lineOf, stepMs, type Shade } from './shape'

export interface ChartProps {
  latency: LatencyPublic
  watcher: WatcherPublic
  shades: Shade[]
  /** What the time that is shown was made of; undefined until it is known. */
  times: UptimePublic | undefined
  at: number | null
  onAt: (index: number | null) => void
  onZoom: (fromMs: number, toMs: number) => void
}

const LINES = ['p50', 'p95', 'p99'] as const
// Painted in this order: the median lies on top of the band below the slowest.
const PAINTED = ['p99', 'p95', 'p50'] as const
const SERIES: Series[] = [
  { label: 'p99', token: '--subtle', width: 1, dash: [4, 3] },
  { label: 'p95', token: '--phase-connect', width: 1.25 },
  { label: 'p50', token: '--accent-text', width: 2 },
]
const SWATCH = {
  p50: 'border-t-2 border-accent-text',
  p95: 'border-t-2 border-phase-connect',
  p99: 'border-t-2 border-dashed border-control',
}
const HEIGHT = 240

/** Median and slowest answers over time; what was down or not watched is shaded. */
export function LatencyChart({ latency, watcher, shades, times, ...operated }: ChartProps) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const timeZone = useTimeZone()
  const { points } = latency
  const { every_unit, every_value } = watcher
  const xs = useMemo(() => points.map(({ at }) => Date.parse(at) / 1000), [points])
  const rows = useMemo(
    () => PAINTED.map((line) => lineOf(latency, { every_unit, every_value }, (point) => point[`${line}_ms`])),
    [latency, every_unit, every_value],
  )
  const shown = operated.at === null ? undefined : points[operated.at]
  const values = (index: number) => {
    const point = points[index]
    if (!point) return ''
    const when = format.shortDateTime(point.at)
    if (point.checks === 0) return t('latency.noChecks', { when })
    if (point.p50_ms === null) return t('latency.noneWorked', { when, count: point.checks })
    const [p50, p95, p99] = LINES.map((line) => format.milliseconds(point[`${line}_ms`] ?? 0))
    return t('latency.point', { when, p50, p95, p99, count: point.checks })
  }
  return (
    <div>
      <Summary latency={latency} times={times} />
      <ChartFrame
        {...operated}
        label={t('latency.chart')}
        xs={xs}
        rows={rows}
        say={values}
        series={SERIES}
        shades={shades}
        height={HEIGHT}
        language={format.language}
        timeZone={timeZone}
        formatY={points.some(({ p50_ms }) => p50_ms !== null) ? format.milliseconds : nothing}
        stepMs={stepMs(latency)}
      >
        <span className="min-w-28 text-fg">
          {shown
            ? format.shortDateTime(shown.at)
            : t('latency.every', { step: t(`latency.step.${latency.step}`) })}
        </span>
        {LINES.map((line) => (
          <span key={line} className="flex items-center gap-1.5">
            <span className={`w-3 ${SWATCH[line]}`} />
            {line}
            {shown && (
              <b className="font-medium text-fg">{valueOf(shown[`${line}_ms`], format.milliseconds)}</b>
            )}
          </span>
        ))}
        {shown && <span>{t('latency.checks', { count: shown.checks })}</span>}
      </ChartFrame>
    </div>
  )
}

// Without a value there is no scale to write on the axis.
const nothing = () => ''
const valueOf = (ms: number | null, format: (ms: number) => string) => (ms === null ? '–' : format(ms))

/** The chart in words. */
function Summary({ latency, times }: Pick<ChartProps, 'latency' | 'times'>) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const measured = latency.points.filter(({ p50_ms }) => p50_ms !== null)
  const medians = measured.map(({ p50_ms }) => p50_ms ?? 0)
  const slowest = measured.reduce<(typeof measured)[number] | undefined>(
    (worst, each) => ((each.p99_ms ?? 0) > (worst?.p99_ms ?? -1) ? each : worst),
    undefined,
  )
  return (
    <p className="mb-3 max-w-prose text-muted">
      {slowest && (
        <>
          {t('latency.summary', {
            low: format.milliseconds(Math.min(...medians)),
            high: format.milliseconds(Math.max(...medians)),
            slowest: format.milliseconds(slowest.p99_ms ?? 0),
            step: t(`latency.step.${latency.step}`),
            when: format.shortDateTime(slowest.at),
          })}{' '}
        </>
      )}
      {times && times.down_s > 0 && <>{t('latency.wasDown', { time: format.duration(times.down_s) })} </>}
      {times && times.unknown_s > 0 && t('latency.notWatched', { time: format.duration(times.unknown_s) })}
    </p>
  )
}
