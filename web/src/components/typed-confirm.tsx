import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { Input } from './input'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What is lost. */
  description: string
  /** What has to be typed, e.g. the name of what is deleted. */
  phrase: string
  /** The name of the act, on its button. */
  action: string
  pending?: boolean
  onConfirm: () => void
}

/** Asks before what cannot be undone: the act is possible once `phrase` has been typed. */
export function TypedConfirm({ phrase, action, pending, onConfirm, ...dialog }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const ready = typed.trim() === phrase.trim() && !pending
  const change = (open: boolean) => {
    setTyped('')
    dialog.onOpenChange(open)
  }
  return (
    <Dialog {...dialog} onOpenChange={change}>
      <form
        className="mt-4 grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) onConfirm()
        }}
      >
        <Field label={t('typeToConfirm', { phrase })}>
          {(ids) => (
            <Input
              {...ids}
              value={typed}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => {
                setTyped(event.target.value)
              }}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button
            onClick={() => {
              change(false)
            }}
          >
            {t('cancel')}
          </Button>
          <Button type="submit" variant="danger" disabled={!ready}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
