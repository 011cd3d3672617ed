import { get, useFormContext } from 'react-hook-form'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input, Select, TextArea } from '@/components/input'
import { NumberField } from './number-field'
import { PairsField } from './pairs-field'
import { wrongWith } from './rule'
import type { SchemaField as SchemaFieldOf } from './schema'
import { SecretField } from './secret-field'
import { useSchemaTexts } from './use-schema-texts'
import type { OptionValue } from './values'

/** The control for one property of the kind's JSON schema. */
export function SchemaField({ field, kind }: { field: SchemaFieldOf; kind: string }) {
  const texts = useSchemaTexts()
  const { register, formState } = useFormContext()
  const name = field.path
  const error = messageIn(get(formState.errors, name))
  const rule = (value: OptionValue) => wrongWith(field, value, texts)
  const shared = { name, label: texts.title(kind, field), hint: texts.description(kind, field), rule }
  if (field.type === 'pairs') return <PairsField {...shared} secret={field.secret} />
  if (field.secret) return <SecretField {...shared} long={field.type === 'text'} />
  const inputs = register(name, { validate: (value) => rule(value as OptionValue) })
  const { label, hint } = shared
  const ordinary = {
    placeholder: typeof field.fallback === 'string' ? field.fallback : field.required ? field.example : '',
    autoCapitalize: 'none',
    spellCheck: false,
  }
  switch (field.type) {
    case 'number':
      return (
        <NumberField
          {...shared}
          placeholder={typeof field.fallback === 'number' ? String(field.fallback) : undefined}
        />
      )
    case 'yes-no':
      return <CheckField {...inputs} label={label} hint={hint} />
    case 'choice':
      return (
        <Field label={label} hint={hint} error={error}>
          {(ids) => (
            <Select {...ids} {...inputs}>
              {field.choices.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </Select>
          )}
        </Field>
      )
    case 'text':
      return (
        <Field label={label} hint={hint} error={error}>
          {(ids) => <TextArea {...ids} {...inputs} {...ordinary} rows={4} className="font-mono" />}
        </Field>
      )
    case 'list':
    case 'line':
      return (
        <Field label={label} hint={hint} error={error}>
          {(ids) => <Input {...ids} {...inputs} {...ordinary} />}
        </Field>
      )
  }
}

/** What is said of a field, or of the first of the values in its list. */
function messageIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('message' in error && typeof error.message === 'string') return error.message
  return Object.values(error)
    .map(messageIn)
    .find((each) => each !== undefined)
}
