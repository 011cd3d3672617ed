import uPlot from 'uplot'
import { dateFormat, hourIn } from '@/lib/intl'
import type { Shade } from './shape'
import type { Colours } from '@/lib/use-colours'

export interface Series {
  label: string
  token: string
  width?: number
  dash?: number[]
}

/** How a chart looks; keep each part the same object while it says the same. */
export interface Look {
  series: Series[]
  /** Bars, each painted over the one before, instead of lines with a band between the first and the last. */
  bars?: boolean
  height: number
  language: string
  timeZone: string
  formatY: (value: number) => string
  stepMs: number
}

interface Wanted {
  look: Look
  colours: Colours
  width: number
  shades: () => Shade[]
  onAt: (index: number | null) => void
  onZoom: (fromMs: number, toMs: number) => void
}

const MIN_DRAG_PX = 8
const DAY_S = 86_400
const FONT = '11px "Inter Variable", system-ui, sans-serif'

/** 14:00 within a day, 23 Nov where days begin or are what is shown. */
function timeLabel(look: Look, previous: number | undefined, at: number, stepS: number): string {
  const { language, timeZone } = look
  const day = dateFormat(language, { day: 'numeric', month: 'short', timeZone })
  const date = day.format(at * 1000)
  if (stepS >= DAY_S) return date
  const newDay = previous !== undefined && day.format(previous * 1000) !== date
  if (newDay) return date
  return dateFormat(language, { hour: hourIn(language), minute: '2-digit', timeZone }).format(at * 1000)
}

function paintShades(plot: uPlot, shades: Shade[], colours: Colours) {
  const { ctx, bbox } = plot
  ctx.save()
  for (const { state, fromMs, toMs } of shades) {
    const from = Math.max(plot.valToPos(fromMs / 1000, 'x', true), bbox.left)
    const to = Math.min(plot.valToPos(toMs / 1000, 'x', true), bbox.left + bbox.width)
    const width = Math.max(to - from, 2)
    ctx.globalAlpha = state === 'down' ? 1 : 0.7
    ctx.fillStyle = colours(`--${state}-bg`)
    ctx.fillRect(from, bbox.top, width, bbox.height)
    ctx.globalAlpha = 1
    // Told apart without colour: down has a solid roof, unknown a dashed one.
    ctx.strokeStyle = colours(`--${state}-solid`)
    ctx.lineWidth = 2 * devicePixelRatio
    ctx.setLineDash(state === 'down' ? [] : [4 * devicePixelRatio, 4 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(from, bbox.top + 1)
    ctx.lineTo(from + width, bbox.top + 1)
    ctx.stroke()
  }
  ctx.restore()
}

function seriesOf({ look, colours }: Wanted): uPlot.Series[] {
  return look.series.map(({ label, token, width = 1.5, dash }) => {
    const colour = colours(token)
    if (look.bars) {
      const paths = uPlot.paths.bars?.({ size: [0.86, 24], align: 1 })
      return { label, paths, fill: colour, stroke: colour, width: 0, points: { show: false } }
    }
    return {
      label,
      stroke: colour,
      width,
      dash,
      points: {
        size: 5,
        fill: colour,
        // A value between two gaps has no line: it gets a point.
        filter: (plot, index) => {
          const values = plot.data[index] ?? []
          const near = (at: number, by: number) => {
            let each = at + by
            while (values[each] === undefined && each >= 0 && each < values.length) each += by
            return values[each] ?? null
          }
          return [...values.keys()].filter(
            (at) => values[at] != null && near(at, -1) === null && near(at, 1) === null,
          )
        },
      },
    }
  })
}

/** What uPlot needs to draw a chart like this. */
export function plotOptions(wanted: Wanted): uPlot.Options {
  const { look, colours, width, shades, onAt, onZoom } = wanted
  const axis = {
    stroke: colours('--subtle'),
    font: FONT,
    grid: { stroke: colours('--line'), width: 1 },
    ticks: { show: false },
  }
  const band: uPlot.Band = {
    series: [1, look.series.length],
    fill: colours('--accent-bg'),
  }
  return {
    width,
    height: look.height,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), look.timeZone),
    scales: {
      x: { time: true, range: (_plot, min, max) => [min, max + look.stepMs / 1000] },
      y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        size: 28,
        values: (_plot, splits, _axis, _space, stepS) =>
          splits.map((at, index) => timeLabel(look, splits[index - 1], at, stepS)),
      },
      {
        ...axis,
        size: 58,
        space: 36,
        values: (_plot, splits) => splits.map((value) => look.formatY(value)),
      },
    ],
    series: [{}, ...seriesOf(wanted)],
    bands: look.bars ? [] : [band],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: MIN_DRAG_PX },
      points: look.bars ? { show: false } : { size: 7 },
    },
    hooks: {
      drawClear: [
        (plot) => {
          paintShades(plot, shades(), colours)
        },
      ],
      setCursor: [
        (plot) => {
          onAt(plot.cursor.idx ?? null)
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select
          if (wide < MIN_DRAG_PX) return
          const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + wide, 'x')]
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          onZoom(from * 1000, to * 1000)
        },
      ],
    },
  }
}
