import { useEffect, useState, type RefObject } from 'react'
import { useTheme } from '@/lib/theme'

/** A token (`--accent`) as the canvas understands it, in the theme that is shown. */
export type Colours = (token: string) => string

/** The tokens' colours as they are now; another function whenever the theme changes. */
export function useColours(place: RefObject<HTMLElement | null>): Colours | null {
  const theme = useTheme()
  const [colours, setColours] = useState<{ of: Colours } | null>(null)
  useEffect(() => {
    const read = () => {
      const element = place.current
      if (!element) return
      const known = new Map<string, string>()
      // A custom property keeps its light-dark(); a property of type colour is computed.
      // With reduced motion everything has a transition of a moment, and computes to what it was before.
      element.style.transitionProperty = 'none'
      const of = (token: string) => {
        const found = known.get(token)
        if (found !== undefined) return found
        element.style.color = `var(${token})`
        const colour = getComputedStyle(element).color
        element.style.color = ''
        known.set(token, colour)
        return colour
      }
      setColours({ of })
    }
    read()
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', read)
    return () => {
      system.removeEventListener('change', read)
    }
  }, [place, theme])
  return colours?.of ?? null
}
