import { cva, type VariantProps } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-md text-sm font-medium whitespace-nowrap transition-colors duration-(--quick) select-none disabled:opacity-60 aria-disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:bg-accent-hover',
        secondary: 'border border-control/60 bg-surface text-fg shadow-sm hover:bg-hover',
        ghost: 'text-muted hover:bg-hover hover:text-fg',
        danger: 'bg-danger text-on-accent hover:bg-danger-hover',
        link: 'text-accent-text underline-offset-4 hover:underline',
      },
      size: {
        md: 'h-control px-3',
        icon: 'aspect-square h-control',
        bare: '',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
)

interface Props extends ComponentProps<'button'>, VariantProps<typeof look> {
  /** Draws its child (a link) as a button. */
  asChild?: boolean
}

/** A button; `variant="primary"` at most once a view. */
export function Button({ className, variant, size, asChild, type = 'button', ...props }: Props) {
  const classes = cn(look({ variant, size }), className)
  return asChild ? (
    <Slot.Root className={classes} {...props} />
  ) : (
    <button type={type} className={classes} {...props} />
  )
}
