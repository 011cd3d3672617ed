import { useId, type ReactNode } from 'react'
import { cn } from '@/lib/cn'

interface Props {
  title: string
  /** What this is about, under the title. */
  text?: ReactNode
  /** Beside the title. */
  action?: ReactNode
  className?: string
  children?: ReactNode
}

/** A group of settings: a region with a heading of its own. */
export function Setting({ title, text, action, className, children }: Props) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-lg border bg-surface shadow-sm">
      <div className={cn('grid grid-cols-1 gap-4 p-5', className)}>
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 sm:flex-nowrap">
          <div className="min-w-0">
            <h2 id={id} className="text-base font-semibold">
              {title}
            </h2>
            {text && <p className="mt-0.5 max-w-prose text-muted">{text}</p>}
          </div>
          {action && <div className="shrink-0">{action}</div>}
        </div>
        {children}
      </div>
    </section>
  )
}
