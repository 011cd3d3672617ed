import { useCallback, useMemo, useState } from 'react'

/** Which of `ids` (in the list's order) are selected; with `extend`, everything up to the last one touched. */
export function useSelection(ids: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [last, setLast] = useState<string | null>(null)
  // What is not in the list any more is not acted on.
  const selected = useMemo(() => new Set(ids.filter((id) => chosen.has(id))), [ids, chosen])
  const toggle = useCallback(
    (id: string, extend: boolean) => {
      const on = !selected.has(id)
      const from = extend && last !== null ? ids.indexOf(last) : -1
      const to = ids.indexOf(id)
      const range = from === -1 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1)
      const next = new Set(selected)
      for (const each of range) {
        if (on) next.add(each)
        else next.delete(each)
      }
      setChosen(next)
      setLast(id)
    },
    [ids, selected, last],
  )
  const all = useCallback(() => {
    setChosen(selected.size === ids.length ? new Set() : new Set(ids))
  }, [ids, selected])
  const clear = useCallback(() => {
    setChosen(new Set())
  }, [])
  return { selected, toggle, all, clear }
}
