import { lazy, Suspense, useMemo, type ReactNode } from 'react'
import type { AlignedData } from 'uplot'
import { Skeleton } from '@/components/skeleton'
import type { Look } from './plot-options'
import { onScrubKey } from './scrub'
import type { Shade } from './shape'

const Plot = lazy(() => import('./plot'))

interface Props extends Look {
  shades: Shade[]
  label: string
  xs: number[]
  rows: (number | null | undefined)[][]
  at: number | null
  onAt: (index: number | null) => void
  onZoom: (fromMs: number, toMs: number) => void
  /** A point in words, for who cannot see it. */
  say: (index: number) => string
  /** What the crosshair is at, for who can. */
  children?: ReactNode
}

/** A chart that is operated by pointer, touch and keys: arrows move the crosshair, + zooms in around it. */
export function ChartFrame({ label, xs, rows, say, children, ...plot }: Props) {
  const { at, onAt, onZoom, stepMs, height } = plot
  const data = useMemo((): AlignedData => [xs, ...rows], [xs, rows])
  const current = Math.min(at ?? xs.length - 1, xs.length - 1)
  const zoomIn = () => {
    const reach = Math.max(Math.floor(xs.length / 4), 2)
    const [from, to] = [xs[Math.max(current - reach, 0)], xs[Math.min(current + reach, xs.length - 1)]]
    if (from !== undefined && to !== undefined) onZoom(from * 1000, to * 1000 + stepMs)
  }
  return (
    <div>
      {children && (
        <div aria-hidden className="mb-1 flex min-h-5 flex-wrap gap-x-4 gap-y-0.5 text-xs text-muted tabular">
          {children}
        </div>
      )}
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(xs.length - 1, 0)}
        aria-valuenow={Math.max(current, 0)}
        aria-valuetext={say(current)}
        className="rounded-sm"
        onKeyDown={(event) => {
          if (onScrubKey(event, current, xs.length, onAt)) return
          if (event.key === '+') zoomIn()
          else if (event.key === 'Escape') onAt(null)
        }}
        onBlur={() => {
          onAt(null)
        }}
      >
        <Suspense fallback={<Skeleton className={height > 200 ? 'h-60' : 'h-40'} />}>
          <Plot data={data} {...plot} />
        </Suspense>
      </div>
    </div>
  )
}
