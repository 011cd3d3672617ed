import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Shade } from './shape'
import { useColours } from '@/lib/use-colours'
import { plotOptions, type Look } from './plot-options'

interface Props extends Look {
  /** Seconds since 1970, then a row of values a series; `null` breaks a line, `undefined` does not. */
  data: uPlot.AlignedData
  shades: Shade[]
  /** Which point the crosshair is at. */
  at: number | null
  onAt: (index: number | null) => void
  onZoom: (fromMs: number, toMs: number) => void
}

/** A chart on a canvas; what it says stands beside it as text. */
export default function Plot({ data, shades, at, onAt, onZoom, ...look }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  // The plot is made once a look; what it calls and shows may be newer.
  const latest = useRef({ onAt, onZoom, data, shades })
  useEffect(() => {
    latest.current = { onAt, onZoom, data, shades }
  })
  const colours = useColours()
  const { series, bars, height, language, timeZone, formatY, stepMs } = look
  useEffect(() => {
    const element = place.current
    if (!element) return
    const made = new uPlot(
      plotOptions({
        look: { series, bars, height, language, timeZone, formatY, stepMs },
        colours,
        width: element.clientWidth,
        shades: () => latest.current.shades,
        onAt: (index) => {
          latest.current.onAt(index)
        },
        onZoom: (fromMs, toMs) => {
          latest.current.onZoom(fromMs, toMs)
        },
      }),
      latest.current.data,
      element,
    )
    plot.current = made
    const sized = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height })
    })
    sized.observe(element)
    return () => {
      sized.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [colours, series, bars, height, language, timeZone, formatY, stepMs])
  useEffect(() => {
    plot.current?.setData(data)
  }, [data, shades])
  useEffect(() => {
    const made = plot.current
    if (!made || (made.cursor.idx ?? null) === at) return
    const x = at === null ? undefined : made.data[0][at]
    made.setCursor(
      x === undefined ? { left: -10, top: -10 } : { left: made.valToPos(x, 'x'), top: height / 3 },
      false,
    )
  }, [at, height])
  return <div ref={place} aria-hidden className="w-full touch-pan-y" style={{ height }} />
}
