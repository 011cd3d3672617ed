import { Plus, Trash2 } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { Button } from './button'
import { Field } from './field'
import { Input } from './input'

type NumberWords = (number: number) => string

interface Props {
  legend: string
  hint?: string
  /** After how many minutes each step is taken; null = nothing entered yet. */
  minutes: readonly (number | null)[]
  /** The number of the first of them. */
  first?: number
  /** With all of them numbered, the last there may be. */
  last: number
  words: { number: NumberWords; after: NumberWords; remove: NumberWords; add: string }
  onMinutes: (at: number, minutes: number | null) => void
  onRemove: (at: number) => void
  onAdd: () => void
  error?: string
  /** What else a step says; without it a step is its minutes. */
  children?: (at: number) => ReactNode
}

/** The steps of a ladder, each later than the one before: when, and what the form says beside. */
export function StepsField(props: Props) {
  const { legend, hint, minutes, first = 1, last, words, onMinutes, onRemove, onAdd, error, children } = props
  const id = useId()
  return (
    <fieldset
      className="grid gap-3"
      tabIndex={-1}
      data-invalid={error ? true : undefined}
      aria-describedby={error ? id : undefined}
    >
      <legend className="mb-1.5 font-medium">{legend}</legend>
      {hint && <p className="text-subtle">{hint}</p>}
      {minutes.map((each, at) => (
        <fieldset key={at} className={cn('grid gap-3', children && 'rounded-md border p-4')}>
          <legend className="sr-only">{words.number(first + at)}</legend>
          <div className="flex items-end justify-between gap-3">
            <Field label={words.after(first + at)} className={children ? 'w-44' : 'grow'}>
              {(ids) => (
                <Input
                  {...ids}
                  type="number"
                  min={0}
                  step="any"
                  inputMode="decimal"
                  value={each ?? ''}
                  onChange={({ target }) => {
                    onMinutes(at, target.value === '' ? null : Number(target.value))
                  }}
                />
              )}
            </Field>
            {(first > 1 || minutes.length > 1) && (
              <Button
                variant="ghost"
                size="icon"
                aria-label={words.remove(first + at)}
                onClick={() => {
                  onRemove(at)
                }}
              >
                <Trash2 aria-hidden />
              </Button>
            )}
          </div>
          {children?.(at)}
        </fieldset>
      ))}
      {error && (
        <p id={id} className="text-down-fg">
          {error}
        </p>
      )}
      {first + minutes.length <= last && (
        <Button className="justify-self-start" onClick={onAdd}>
          <Plus aria-hidden />
          {words.add}
        </Button>
      )}
    </fieldset>
  )
}
