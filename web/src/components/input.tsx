import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'

const look =
  'h-control w-full min-w-0 rounded-md border border-control/70 bg-surface px-3 text-base placeholder:text-subtle sm:text-sm aria-invalid:border-down-solid disabled:opacity-60'

/** A line of text. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(look, className)} {...props} />
}

/** The browser's own select: right on phones, and it needs no style tag (CSP). */
export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={cn(look, 'pr-8', className)} {...props} />
}
