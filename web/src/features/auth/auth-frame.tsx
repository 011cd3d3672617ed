import type { ReactNode } from 'react'
import { Landmark } from '@/components/landmark'
import { Logo } from '@/components/logo'

/** The page around signing in and setting up. */
export function AuthFrame({ children }: { children: ReactNode }) {
  return (
    <Landmark className="grid min-h-dvh place-items-center bg-sunken px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-2.5">
          <Logo className="size-8" />
          <span className="text-lg font-semibold tracking-tight">healther</span>
        </div>
        <div className="rounded-lg border bg-surface p-6 shadow-sm">{children}</div>
      </div>
    </Landmark>
  )
}
