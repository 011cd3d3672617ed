const DAYS = 90
const PITCH = 2

/**
 * A letter of the API's `days` as colour and height (of 16): told apart without colours too, the worst the highest, and
 * days before the watcher was made one line.
 */
const LOOK: Record<string, { height: number; width?: number; className: string }> = {
  h: { height: 10, className: 'text-healthy-solid' },
  d: { height: 13, className: 'text-degraded-solid' },
  x: { height: 16, className: 'text-down-solid' },
  m: { height: 7, className: 'text-maintenance-solid' },
  u: { height: 4, className: 'text-unknown-solid' },
  '-': { height: 2, width: PITCH, className: 'text-unknown-solid' },
}

/** 90 days, a bar each, as one path a state: a row costs the same however much happened. */
export function DayStrip({ days, label }: { days: string; label: string }) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${String(DAYS * PITCH)} 16`}
      preserveAspectRatio="none"
      className="h-3 w-22 sm:h-4 sm:w-full"
    >
      {Object.entries(LOOK).map(([letter, { height, width = 1.4, className }]) => {
        const path = barsOf(days, letter, height, width)
        return path === '' ? null : <path key={letter} d={path} fill="currentColor" className={className} />
      })}
    </svg>
  )
}

function barsOf(days: string, letter: string, height: number, width: number): string {
  let path = ''
  for (let day = 0; day < days.length; day += 1) {
    if (days[day] === letter)
      path += `M${String(day * PITCH)} ${String(16 - height)}h${String(width)}V16h-${String(width)}z`
  }
  return path
}

/** How many of the days were at least partly down, and how many nobody watched. */
export function countDays(days: string): { down: number; unknown: number } {
  return { down: days.split('x').length - 1, unknown: days.split('u').length - 1 }
}
