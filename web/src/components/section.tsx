import { useId, type ReactNode } from 'react'
import { Card } from './card'
import { cn } from '@/lib/cn'

interface Props {
  title: string
  actions?: ReactNode
  /** `false` for what reaches to the card's edges: lists and tables. */
  padded?: boolean
  className?: string
  children: ReactNode
}

/** A part of the page: a region with a heading of its own. */
export function Section({ title, actions, padded = true, className, children }: Props) {
  const id = useId()
  return (
    <Card aria-labelledby={id} className={cn('min-w-0', className)}>
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      <div className={padded ? 'px-4 pb-4' : undefined}>{children}</div>
    </Card>
  )
}
