import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface Props {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
  /** `h1` where nothing else on the page is a heading. */
  heading?: 'h1' | 'h2'
}

/** Nothing here yet: says what will be, and how to get there. */
export function Empty({ icon: Icon, title, children, action, heading: Heading = 'h2' }: Props) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-dashed px-6 py-14 text-center">
      <Icon aria-hidden className="size-7 text-subtle" strokeWidth={1.5} />
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children && <div className="max-w-sm text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}
