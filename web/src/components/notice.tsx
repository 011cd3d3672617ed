import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

/** Something went wrong and stays in sight; announced at once. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-down-bg px-3 py-2 text-down-fg">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div>{children}</div>
    </div>
  )
}
