import { useSyncExternalStore } from 'react'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

// public/theme.js reads the same key before the first paint.
const KEY = 'healther.theme'
const listeners = new Set<() => void>()

function current(): Theme {
  const stored = localStorage.getItem(KEY)
  return THEMES.find((each) => each === stored) ?? 'system'
}

/** Chooses a theme, in this browser, at once. */
export function setTheme(theme: Theme) {
  localStorage.setItem(KEY, theme)
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  for (const listener of listeners) listener()
}

/** Whether a theme was ever chosen in this browser, or came with an account. */
export const isThemeKept = () => localStorage.getItem(KEY) !== null

/** The chosen theme. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, current)
}
