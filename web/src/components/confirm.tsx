import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemError } from '@/lib/problem'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { Input } from './input'
import { ProblemNotice } from './problem-notice'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What will be gone or different afterwards. */
  children: ReactNode
  /** What the button says it does. */
  action: string
  onConfirm: () => void
  pending?: boolean
  problem?: ProblemError | null
  /** Has to be typed before the button works: for what nobody can undo. */
  typed?: string
  /** Off for what can be taken back. */
  dangerous?: boolean
}

/** Asks before something that cannot be undone. */
export function Confirm({ open, onOpenChange, title, ...rest }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      <Question
        onCancel={() => {
          onOpenChange(false)
        }}
        {...rest}
      />
    </Dialog>
  )
}

function Question(props: Omit<Props, 'open' | 'onOpenChange' | 'title'> & { onCancel: () => void }) {
  const {
    children,
    action,
    onConfirm,
    onCancel,
    pending = false,
    problem = null,
    typed,
    dangerous = true,
  } = props
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const ready = !pending && (typed === undefined || text.trim() === typed)
  return (
    <form
      className="mt-2 grid gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) onConfirm()
      }}
    >
      <div className="text-muted">{children}</div>
      <ProblemNotice problem={problem} />
      {typed !== undefined && (
        <Field label={t('typeToConfirm', { text: typed })}>
          {(ids) => (
            <Input
              {...ids}
              value={text}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={({ target }) => {
                setText(target.value)
              }}
            />
          )}
        </Field>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t('cancel')}</Button>
        <Button type="submit" variant={dangerous ? 'danger' : 'primary'} aria-disabled={!ready}>
          {action}
        </Button>
      </div>
    </form>
  )
}
