import { Plus, Trash2 } from 'lucide-react'
import { useId, useRef } from 'react'
import { flushSync } from 'react-dom'
import { Controller, get, useFormContext } from 'react-hook-form'
import { Button } from '@/components/button'
import { Described } from '@/components/field'
import { Input } from '@/components/input'
import { KeptRow, ReplaceButton } from './secret-field'
import { useSchemaTexts } from './use-schema-texts'
import { MASK, type OptionValue, type Pair } from './values'

interface Props {
  name: string
  label: string
  hint?: string
  secret: boolean
  rule: (value: OptionValue) => string | undefined
}

/** Names and values, e.g. headers: a row each. A stored secret value is kept until it is replaced. */
export function PairsField({ name, rule, ...props }: Props) {
  const { control, formState } = useFormContext()
  const stored = get<unknown, Pair[]>(formState.defaultValues, name)
  return (
    <Controller
      control={control}
      name={name}
      rules={{ validate: (value) => rule(value as OptionValue) }}
      render={({ field, fieldState: { error } }) => (
        <Pairs
          {...props}
          pairs={field.value as Pair[]}
          stored={stored}
          onChange={field.onChange}
          onBlur={field.onBlur}
          error={error?.message}
        />
      )}
    />
  )
}

interface PairsProps extends Omit<Props, 'name' | 'rule'> {
  pairs: Pair[]
  stored: Pair[]
  onChange: (pairs: Pair[]) => void
  onBlur: () => void
  error: string | undefined
}

function Pairs({ label, hint, secret, pairs, stored, onChange, onBlur, error }: PairsProps) {
  const { t } = useSchemaTexts()
  const id = useId()
  const box = useRef<HTMLFieldSetElement>(null)
  /** Changes the rows, then goes to the input that is wanted next. */
  const then = (next: Pair[], selector: string) => {
    flushSync(() => {
      onChange(next)
    })
    box.current?.querySelector<HTMLElement>(selector)?.focus()
  }
  const changed = (index: number, change: Partial<Pair>) =>
    pairs.map((pair, each) => (each === index ? { ...pair, ...change } : pair))
  const set = (index: number, change: Partial<Pair>) => {
    onChange(changed(index, change))
  }
  return (
    <fieldset ref={box} aria-describedby={`${id}-hint ${id}-error`} className="grid min-w-0 gap-2">
      <legend className="mb-1.5 font-medium">{label}</legend>
      {pairs.map((pair, index) => {
        const header = pair.name || t('pairs.headerOf', { number: index + 1 })
        const kept = pair.value === MASK && stored.some((each) => each.name === pair.name)
        return (
          <div key={index} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] gap-2">
            <Input
              data-name={index}
              aria-label={t('pairs.headerOf', { number: index + 1 })}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? `${id}-error` : undefined}
              value={pair.name}
              // The API finds a kept value by its header.
              readOnly={kept}
              placeholder="X-Api-Key"
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              onBlur={onBlur}
              onChange={({ target }) => {
                set(index, { name: target.value })
              }}
            />
            {kept ? (
              <KeptRow text={t('secret.keptShort')}>
                <ReplaceButton
                  field={header}
                  invalid={error !== undefined}
                  onClick={() => {
                    then(changed(index, { value: '' }), `[data-value="${index}"]`)
                  }}
                />
              </KeptRow>
            ) : (
              <Input
                data-value={index}
                aria-label={t('pairs.valueOf', { header })}
                type={secret ? 'password' : 'text'}
                value={pair.value}
                autoComplete="new-password"
                autoCapitalize="none"
                spellCheck={false}
                onBlur={onBlur}
                onChange={({ target }) => {
                  set(index, { value: target.value })
                }}
              />
            )}
            <Button
              variant="ghost"
              size="icon"
              aria-label={t('pairs.remove', { header })}
              onClick={() => {
                then(
                  pairs.filter((_, each) => each !== index),
                  '[data-add]',
                )
              }}
            >
              <Trash2 aria-hidden />
            </Button>
          </div>
        )
      })}
      <Button
        data-add
        className="justify-self-start"
        onClick={() => {
          then([...pairs, { name: '', value: '' }], `[data-name="${pairs.length}"]`)
        }}
      >
        <Plus aria-hidden />
        {t('pairs.add')}
      </Button>
      <Described id={id} hint={hint} error={error} />
    </fieldset>
  )
}
