import { useCallback, useSyncExternalStore } from 'react'
import { useTheme } from './theme'

/** A token (`--accent`) as the canvas understands it, in the theme that is shown. */
export type Colours = (token: string) => string

const known = new Map<string, string>()

function subscribe(listener: () => void) {
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', listener)
  return () => {
    system.removeEventListener('change', listener)
  }
}

/** A custom property keeps its light-dark(); the colour of something drawn is computed. */
function computed(token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** The tokens' colours as they are now; another function whenever the theme changes. */
export function useColours(): Colours {
  const system = useSyncExternalStore(subscribe, () => matchMedia('(prefers-color-scheme: dark)').matches)
  const theme = useTheme()
  const shown = theme === 'system' ? (system ? 'dark' : 'light') : theme
  return useCallback(
    (token: string) => {
      const key = `${shown} ${token}`
      const found = known.get(key) ?? computed(token)
      known.set(key, found)
      return found
    },
    [shown],
  )
}
