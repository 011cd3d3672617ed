const WIDTH = 96
const HEIGHT = 24

/** The median latency of the last 24 hours as a line; an hour without any is a gap. */
export function Sparkline({ values, label }: { values: readonly (number | null)[]; label: string }) {
  const path = pathOf(values)
  if (path === '') return <span className="text-subtle">–</span>
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      className="h-6 w-24 overflow-visible text-muted"
    >
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

/** An hour between two gaps is a dot: a line of no length with round ends. */
export function pathOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  const most = Math.max(...known, 1)
  const step = WIDTH / Math.max(values.length - 1, 1)
  let pen = 'M'
  const parts: string[] = []
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M'
      return
    }
    const at = `${(index * step).toFixed(1)} ${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1)}`
    const alone = pen === 'M' && (values[index + 1] ?? null) === null
    parts.push(`${pen}${at}${alone ? 'h0' : ''}`)
    pen = 'L'
  })
  return parts.join('')
}
