import { createContext, useContext, type ReactNode } from 'react'
import { cn } from '@/lib/cn'

/** What stands before the title of the browser's tab: how many services are down. */
export const TabPrefix = createContext('')

interface Props {
  /** The heading, and the title of the browser's tab unless `tab` says it, with a state of its own, otherwise. */
  title: string
  tab?: string
  /** Beside the heading: links and buttons. */
  actions?: ReactNode
  /** `narrow` for forms and settings. */
  width?: 'wide' | 'narrow'
  children: ReactNode
}

/** The frame of every page inside the shell: title, heading, actions. */
export function Page({ title, tab, actions, width = 'wide', children }: Props) {
  const prefix = useContext(TabPrefix)
  return (
    <div
      className={cn(
        'mx-auto w-full px-4 pt-5 pb-12 sm:px-6 lg:px-8',
        width === 'wide' ? 'max-w-7xl' : 'max-w-2xl',
      )}
    >
      <title>{`${tab ?? prefix + title} · healther`}</title>
      <div className="mb-5 flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
        {actions && <div className="flex items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}
