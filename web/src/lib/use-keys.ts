import { useEffect, useRef } from 'react'
import type { Command } from './commands'

const SEQUENCE_MS = 1200

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

/** Runs the commands' `keys`, except while somebody types or a dialog is open. */
export function useKeys(commands: readonly Command[]) {
  const pending = useRef({ key: '', at: 0 })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return
      if (document.querySelector('[role=dialog],[role=alertdialog],[role=menu]')) return
      const { key, at } = pending.current
      const sequence = event.timeStamp - at < SEQUENCE_MS && key ? `${key} ${event.key}` : ''
      const command =
        commands.find((each) => sequence !== '' && each.keys === sequence) ??
        commands.find((each) => each.keys === event.key || each.otherKey === event.key)
      pending.current = { key: command ? '' : event.key, at: event.timeStamp }
      if (!command) return
      event.preventDefault()
      command.run()
    }
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKey)
    }
  }, [commands])
}
