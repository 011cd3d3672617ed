import { useId, type ReactNode } from 'react'
import { cn } from '@/lib/cn'

interface Ids {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

interface Props {
  label: string
  hint?: ReactNode
  /** What is wrong with the value; announced with the control. */
  error?: string
  className?: string
  /** Draws the control with these attributes on it. */
  children: (ids: Ids) => ReactNode
}

/** A control with its label, its hint and what is wrong with it. */
export function Field({ label, hint, error, className, children }: Props) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={cn('grid gap-1.5', className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      <Described id={id} hint={hint} error={error} />
    </div>
  )
}

/** What is said of a control below it: `{id}-hint` and `{id}-error`. */
export function Described({ id, hint, error }: Pick<Props, 'hint' | 'error'> & { id: string }) {
  return (
    <>
      {hint && (
        <p id={`${id}-hint`} className="text-subtle">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-down-fg">
          {error}
        </p>
      )}
    </>
  )
}
