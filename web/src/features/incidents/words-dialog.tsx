import type { ReactNode } from 'react'
import { Controller } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { MarkdownField } from '@/components/markdown-field'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'

interface Props {
  title: string
  text?: ReactNode
  label: string
  action: string
  initial?: string
  /** What is said where nothing was written; left out: nothing may be. */
  required?: string
  onClose: () => void
  onSend: (body: string) => Promise<unknown>
}

/** Asks for a text in Markdown; closes when it is taken. */
export function WordsDialog({ title, text, label, action, initial = '', required, onClose, onSend }: Props) {
  const { t: common } = useTranslation()
  const form = useProblemForm({ body: initial })
  const send = form.submit(async ({ body }) => {
    await onSend(body)
    onClose()
  })
  return (
    <Dialog open onOpenChange={onClose} title={title} className="max-w-2xl">
      <form noValidate className="mt-3 grid gap-4" onSubmit={send}>
        {text && <p className="text-muted">{text}</p>}
        <ProblemNotice problem={form.problem} />
        <Controller
          control={form.control}
          name="body"
          rules={{ required }}
          render={({ field, fieldState }) => (
            <MarkdownField
              label={label}
              rows={8}
              value={field.value}
              error={fieldState.error?.message}
              onChange={field.onChange}
              onSend={() => void send()}
            />
          )}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" aria-disabled={form.formState.isSubmitting}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
