import { useEffect } from 'react'
import type { State } from '@/components/state-mark'
import { useColours } from '@/lib/use-colours'

const PLAIN = '/favicon.svg'

/** A ground of its own shape with a sign of its own on it: told apart at 16 px, without colours too. */
const SIGNS: Partial<Record<State, { ground: string; sign: string }>> = {
  down: { ground: 'M10 1h12l9 9v12l-9 9H10l-9-9V10z', sign: 'M11 11l10 10M21 11l-10 10' },
  degraded: { ground: 'M16 2l15 28H1z', sign: 'M16 12v8M16 25v.1' },
  unknown: {
    ground: 'M16 1a15 15 0 1 0 0 30a15 15 0 1 0 0-30z',
    sign: 'M12 12.5a4 4 0 1 1 5.5 3.7q-1.5.7-1.5 3M16 24v.1',
  },
  maintenance: {
    ground: 'M8 1h16a7 7 0 0 1 7 7v16a7 7 0 0 1-7 7H8a7 7 0 0 1-7-7V8a7 7 0 0 1 7-7z',
    sign: 'M9 16h14',
  },
}

/** The picture of the tab in this state; healther's own where nothing needs a look. */
export function faviconOf(state: State, colour: (token: string) => string): string {
  const look = SIGNS[state]
  if (look === undefined) return PLAIN
  const drawn =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="${look.ground}" fill="${colour(`--${state}-solid`)}"/>` +
    `<path d="${look.sign}" fill="none" stroke="${colour('--on-accent')}" stroke-width="4" stroke-linecap="round"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(drawn)}`
}

/** Shows a state in the browser's tab while the caller is mounted. */
export function useFavicon(state: State) {
  const colour = useColours()
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    if (link === null) return
    link.href = faviconOf(state, colour)
    return () => {
      link.href = PLAIN
    }
  }, [state, colour])
}
