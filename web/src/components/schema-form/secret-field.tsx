import { EyeOff } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { Controller, get, useFormContext } from 'react-hook-form'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input, TextArea } from '@/components/input'
import { useSchemaTexts } from './use-schema-texts'
import { MASK, type OptionValue } from './values'

interface Props {
  name: string
  label: string
  hint?: string
  /** Several lines, e.g. a key. */
  long: boolean
  rule: (value: OptionValue) => string | undefined
}

/** A value the API never shows: what is stored is kept, replaced or cleared. */
export function SecretField({ name, rule, ...props }: Props) {
  const { control, formState } = useFormContext()
  const wasStored = get(formState.defaultValues, name) === MASK
  return (
    <Controller
      control={control}
      name={name}
      rules={{ validate: (value) => rule(value as OptionValue) }}
      render={({ field, fieldState: { error } }) => (
        <Secret
          {...props}
          value={field.value as string}
          onChange={field.onChange}
          onBlur={field.onBlur}
          wasStored={wasStored}
          error={error?.message}
        />
      )}
    />
  )
}

interface SecretProps extends Omit<Props, 'name' | 'rule'> {
  value: string
  onChange: (value: string) => void
  onBlur: () => void
  wasStored: boolean
  error: string | undefined
}

function Secret({ label, hint, long, value, onChange, onBlur, wasStored, error }: SecretProps) {
  const { t } = useSchemaTexts()
  const [doing, setDoing] = useState<'replace' | 'clear'>('replace')
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const keep = (
    <Button
      variant="ghost"
      aria-label={t('secret.keepLong', { field: label })}
      onClick={() => {
        onChange(MASK)
      }}
    >
      {t('secret.keep')}
    </Button>
  )
  if (value === MASK || (wasStored && value === '' && doing === 'clear')) {
    const set = (next: typeof doing) => () => {
      flushSync(() => {
        setDoing(next)
        onChange('')
      })
      // Whoever pressed Replace wants to type.
      input.current?.focus()
    }
    return (
      <div role="group" aria-label={label} className="grid gap-1.5">
        <span className="font-medium">{label}</span>
        {value === MASK ? (
          <KeptRow text={t('secret.kept')} error={error}>
            <ReplaceButton field={label} invalid={error !== undefined} onClick={set('replace')} />
            <Button
              variant="ghost"
              aria-label={t('secret.clearLong', { field: label })}
              onClick={set('clear')}
            >
              {t('secret.clear')}
            </Button>
          </KeptRow>
        ) : (
          <KeptRow text={t('secret.removed')}>{keep}</KeptRow>
        )}
      </div>
    )
  }
  const shared = {
    value,
    onBlur,
    ref: input,
    autoCapitalize: 'none',
    spellCheck: false,
    onChange: ({ target }: { target: { value: string } }) => {
      onChange(target.value)
    },
  }
  return (
    <Field label={label} hint={wasStored && value === '' ? t('secret.removed') : hint} error={error}>
      {(ids) => (
        <div className={wasStored ? 'flex items-start gap-2' : 'grid'}>
          {long ? (
            <TextArea {...ids} {...shared} rows={4} className="font-mono" />
          ) : (
            <Input {...ids} {...shared} type="password" autoComplete="new-password" />
          )}
          {wasStored && keep}
        </div>
      )}
    </Field>
  )
}

interface KeptRowProps {
  text: string
  error?: string
  children: ReactNode
}

/** Stands where a secret would: says what becomes of it, with what can be done about that. */
export function KeptRow({ text, error, children }: KeptRowProps) {
  return (
    <>
      <div className="flex min-h-8 min-w-0 flex-1 items-center gap-1 rounded-md border border-dashed border-control/70 pl-3">
        <EyeOff aria-hidden className="size-4 shrink-0 text-subtle" />
        <span className="ml-1 min-w-0 flex-1 py-1 text-muted">{text}</span>
        {children}
      </div>
      {error && <p className="text-down-fg">{error}</p>}
    </>
  )
}

interface ReplaceProps {
  field: string
  invalid: boolean
  onClick: () => void
}

export function ReplaceButton({ field, invalid, onClick }: ReplaceProps) {
  const { t } = useSchemaTexts()
  return (
    <Button
      variant="ghost"
      data-invalid={invalid ? true : undefined}
      aria-label={t('secret.replaceLong', { field })}
      onClick={onClick}
    >
      {t('secret.replace')}
    </Button>
  )
}
