import { useMutation } from '@tanstack/react-query'
import { useState, type ComponentProps, type ReactNode } from 'react'
import { Button } from './button'
import { Confirm } from './confirm'

interface Props extends Pick<ComponentProps<typeof Button>, 'variant' | 'className'> {
  /** What the button, and the one that confirms, say they do. */
  label: string
  icon?: ReactNode
  /** Shows the icon alone, in a row of several alike: what it is called there, with what it is about. */
  named?: string
  /** The question. */
  title: string
  /** What will be gone or different afterwards. */
  children: ReactNode
  /** Has to be typed before: for what nobody can undo. */
  typed?: string
  /** Does it; what it throws is said where it was asked. */
  onConfirm: () => Promise<unknown>
}

/** A button that asks before it does what cannot be undone. */
export function ConfirmButton({ label, icon, named, title, children, typed, onConfirm, ...look }: Props) {
  const [asking, setAsking] = useState(false)
  const alone = named !== undefined
  const act = useMutation({
    mutationFn: onConfirm,
    meta: { quiet: true },
    onSuccess: () => {
      setAsking(false)
    },
  })
  return (
    <>
      <Button
        {...(alone ? ({ variant: 'ghost', size: 'icon', title: label, 'aria-label': named } as const) : look)}
        onClick={() => {
          act.reset()
          setAsking(true)
        }}
      >
        {icon}
        {!alone && label}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={title}
        action={label}
        typed={typed}
        pending={act.isPending}
        problem={act.error}
        onConfirm={() => {
          act.mutate()
        }}
      >
        {children}
      </Confirm>
    </>
  )
}
