import { useEffect, useRef, useState } from 'react'
import { useController, useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { moveComponent, moveSection, placeOf, type Direction, type Section } from './arrange'
import type { Draft } from './draft'

const CONTROL = 'data-moves'

/** Marks the control that moves `what`, so that it keeps the focus wherever the thing goes. */
export const moves = (what: string, by: Direction | 'keys') => ({ [CONTROL]: `${what} ${by}` })

/** The page's document and the moves in it: what was moved keeps the focus, and is told to screen readers. */
export function useArranging() {
  const { t } = useTranslation('statusPages')
  const { control } = useFormContext<Draft>()
  const { field } = useController({ control, name: 'sections' })
  const container = useRef<HTMLDivElement>(null)
  const focusNext = useRef<string | null>(null)
  const [said, setSaid] = useState('')
  const sections = field.value
  useEffect(() => {
    if (focusNext.current === null) return
    container.current?.querySelector<HTMLElement>(`[${CONTROL}="${CSS.escape(focusNext.current)}"]`)?.focus()
    focusNext.current = null
  }, [sections])

  const set = (next: Section[]) => {
    if (next !== sections) field.onChange(next)
  }
  const moveShown = (at: number, place: number, by: Direction, through: Direction | 'keys' = by) => {
    const moving = sections[at]?.components[place]
    const next = moveComponent(sections, at, place, by)
    const to = moving && placeOf(next, moving.watcher_id)
    if (!to || next === sections) return
    focusNext.current = `${moving.watcher_id} ${through}`
    set(next)
    const of = next[to[0]]?.components.length ?? 0
    setSaid(t('sections.moved', { name: moving.name, place: to[1] + 1, of, section: to[0] + 1 }))
  }
  const moveWhole = (at: number, by: Direction) => {
    const moving = sections[at]
    const next = moveSection(sections, at, by)
    if (!moving || next === sections) return
    focusNext.current = `${moving.uid} ${by}`
    set(next)
    setSaid(t('sections.sectionMoved', { place: at + by + 1, of: next.length }))
  }
  return { sections, set, moveShown, moveWhole, container, said }
}
