import { useSyncExternalStore } from 'react'

// Before the first answer of the API, and while nobody is signed in, times are already in the right zone.
const KEY = 'healther.time-zone'
const listeners = new Set<() => void>()

/** The zone chosen in the account; null = the browser's. */
export function chosenTimeZone(): string | null {
  return localStorage.getItem(KEY)
}

/** Chooses the zone of every time that is shown, in this browser, at once. */
export function setTimeZone(zone: string | null) {
  if (zone) localStorage.setItem(KEY, zone)
  else localStorage.removeItem(KEY)
  for (const listener of listeners) listener()
}

/** The browser's own zone, e.g. `Europe/Berlin`. */
export function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The zone to show times in. */
export function useTimeZone(): string {
  const chosen = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, chosenTimeZone)
  return chosen !== null && isKnown(chosen) ? chosen : browserTimeZone()
}

/** Every zone this browser can show, `also` among them; UTC first. */
export function timeZones(also: string | null = null): string[] {
  const found = new Set([...Intl.supportedValuesOf('timeZone'), ...(also ? [also] : [])])
  found.delete('UTC')
  return ['UTC', ...[...found].sort()]
}

/** The server may know zones that this browser does not. */
function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
