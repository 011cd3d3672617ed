import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  Dot,
  OctagonX,
  TriangleAlert,
  Wrench,
  type LucideIcon,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'

export const STATES = ['healthy', 'degraded', 'down', 'unknown', 'maintenance', 'paused', 'pending'] as const
export type State = (typeof STATES)[number]

const SHAPES: Record<State, LucideIcon> = {
  healthy: CircleCheck,
  degraded: TriangleAlert,
  down: OctagonX,
  unknown: CircleDashed,
  maintenance: Wrench,
  paused: CirclePause,
  pending: Dot,
}

// Whole class names, so that Tailwind finds them.
const SOLID: Record<State, string> = {
  healthy: 'text-healthy-solid',
  degraded: 'text-degraded-solid',
  down: 'text-down-solid',
  unknown: 'text-unknown-solid',
  maintenance: 'text-maintenance-solid',
  paused: 'text-paused-solid',
  pending: 'text-pending-solid',
}
const TEXT: Record<State, string> = {
  healthy: 'text-healthy-fg',
  degraded: 'text-degraded-fg',
  down: 'text-down-fg',
  unknown: 'text-unknown-fg',
  maintenance: 'text-maintenance-fg',
  paused: 'text-paused-fg',
  pending: 'text-pending-fg',
}
const GROUND: Record<State, string> = {
  healthy: 'bg-healthy-bg',
  degraded: 'bg-degraded-bg',
  down: 'bg-down-bg',
  unknown: 'bg-unknown-bg',
  maintenance: 'bg-maintenance-bg',
  paused: 'bg-paused-bg',
  pending: 'bg-pending-bg',
}

interface Props {
  state: State
  /** `plain`: shape and word; `badge`: on the state's ground; `shape`: the word is for screen readers only. */
  look?: 'plain' | 'badge' | 'shape'
  /** In place of the app's own word for it. */
  word?: string
  className?: string
}

/** A state, never by colour alone: a shape of its own, a word, and the colour on top. */
export function StateMark({ state, look = 'plain', word, className }: Props) {
  const { t } = useTranslation()
  const Shape = SHAPES[state]
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5 font-medium whitespace-nowrap',
        TEXT[state],
        look === 'badge' && ['rounded-full py-0.5 pr-2.5 pl-1.5 text-xs', GROUND[state]],
        className,
      )}
    >
      <Shape
        aria-hidden
        strokeWidth={state === 'pending' ? 8 : 2.25}
        className={cn('size-4 shrink-0', SOLID[state])}
      />
      <span className={look === 'shape' ? 'sr-only' : undefined}>{word ?? t(`state.${state}`)}</span>
    </span>
  )
}
