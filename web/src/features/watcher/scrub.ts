import type { KeyboardEvent } from 'react'

const PAGE = 10

/** Where a key takes somebody in a row of `count` things; null when it is no such key. */
export function movedBy(key: string, at: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - PAGE,
    PageUp: at + PAGE,
    Home: 0,
    End: count - 1,
  }
  const to = steps[key]
  return to === undefined ? null : Math.min(Math.max(to, 0), count - 1)
}

/** Moves through a row by keys; the rest is left to others. */
export function onScrubKey(
  event: KeyboardEvent,
  at: number,
  count: number,
  go: (to: number) => void,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const to = movedBy(event.key, at, count)
  if (to === null) return false
  event.preventDefault()
  go(to)
  return true
}
