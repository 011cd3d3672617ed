import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface Props {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}

/** Nothing here yet: says what will be, and how to get there. */
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-dashed px-6 py-14 text-center">
      <Icon aria-hidden className="size-7 text-subtle" strokeWidth={1.5} />
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <div className="max-w-sm text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}
