import { useEffect, useSyncExternalStore } from 'react'
import type { LucideIcon } from 'lucide-react'

/** Something a person can do from the command menu (Ctrl/Cmd-K) and, with `keys`, from the keyboard anywhere. */
export interface Command {
  id: string
  /** Already translated. */
  title: string
  /** The heading it stands under, already translated. */
  group: string
  icon?: LucideIcon
  /** Further words it is found by. */
  keywords?: string[]
  /** One key, or two pressed one after the other: `'c'`, `'g o'`. */
  keys?: string
  /** Another key for the same. */
  otherKey?: string
  run: () => void
}

let commands: readonly Command[] = []
const listeners = new Set<() => void>()

function set(next: readonly Command[]) {
  commands = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Offers commands while the calling component is mounted; memoise the list (`useMemo`). */
export function useCommands(offered: readonly Command[]) {
  useEffect(() => {
    set([...commands, ...offered])
    return () => {
      set(commands.filter((each) => !offered.includes(each)))
    }
  }, [offered])
}

/** Every command there is right now. */
export function useCommandList(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => commands)
}
