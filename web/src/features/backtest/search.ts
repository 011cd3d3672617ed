/** What the address of the page says. */
export interface BacktestSearch {
  /** Only this watcher's checks. */
  watcher?: string
}

/** Takes what makes sense of an address, and leaves the rest out. */
export function parseBacktestSearch(search: Record<string, unknown>): BacktestSearch {
  const { watcher } = search
  return typeof watcher === 'string' && /^[0-9a-f-]{36}$/.test(watcher) ? { watcher } : {}
}
