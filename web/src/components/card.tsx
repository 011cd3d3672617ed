import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'

/** A group of things on a ground of its own. */
export function Card({ className, ...props }: ComponentProps<'section'>) {
  return <section className={cn('rounded-lg border bg-surface shadow-sm', className)} {...props} />
}
