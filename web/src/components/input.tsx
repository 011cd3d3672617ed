import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'

const look =
  'h-control w-full min-w-0 rounded-md border border-control/70 bg-surface px-3 text-base placeholder:text-subtle sm:text-sm aria-invalid:border-down-solid disabled:opacity-60'

/** A line of text. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(look, className)} {...props} />
}

/** The email somebody signs in with, as password managers know it. */
export function EmailInput(props: ComponentProps<'input'>) {
  return <Input {...props} type="email" autoComplete="username" autoCapitalize="none" />
}

/** A password; `fresh`: a new one, which the browser may suggest. */
export function PasswordInput({ fresh, ...props }: ComponentProps<'input'> & { fresh?: boolean }) {
  return <Input {...props} type="password" autoComplete={fresh ? 'new-password' : 'current-password'} />
}

/** Several lines of text; grows by its handle. */
export function TextArea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(look, 'h-auto min-h-20 resize-y py-1.5', className)} {...props} />
}

/** The browser's own select: right on phones, and it needs no style tag (CSP). */
export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={cn(look, 'pr-1', className)} {...props} />
}
