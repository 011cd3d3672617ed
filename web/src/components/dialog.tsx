import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'
import { Button } from './button'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: string
  /** The title is read but not shown: for the command menu. */
  bare?: boolean
  className?: string
  children: ReactNode
}

/** A window over the page: focus stays in it, Escape closes it. */
export function Dialog({ open, onOpenChange, title, description, bare, className, children }: Props) {
  const { t } = useTranslation()
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-overlay data-[state=open]:animate-in data-[state=open]:fade-in-0" />
        <Primitive.Content
          className={cn(
            'fixed top-[12vh] left-1/2 z-50 max-h-[80vh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 overflow-auto rounded-lg bg-surface shadow-lg data-[state=open]:animate-in data-[state=open]:fade-in-0',
            !bare && 'p-5',
            className,
          )}
          // A form in here is not part of the form around it, though React's events pass from one to the other.
          onSubmit={(event) => {
            event.stopPropagation()
          }}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <Primitive.Title className={bare ? 'sr-only' : 'pr-8 text-lg font-semibold'}>
            {title}
          </Primitive.Title>
          {description && (
            <Primitive.Description className={bare ? 'sr-only' : 'mt-1 text-muted'}>
              {description}
            </Primitive.Description>
          )}
          {children}
          {!bare && (
            <Primitive.Close asChild>
              <Button variant="ghost" size="icon" className="absolute top-3 right-3" aria-label={t('close')}>
                <X aria-hidden />
              </Button>
            </Primitive.Close>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
