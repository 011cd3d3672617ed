import { useFormContext, type FieldError, type Path } from 'react-hook-form'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input, Select, TextArea } from '@/components/input'
import type { FormValues, OptionValue } from './model'
import { NumberField } from './number-field'
import { PairsField } from './pairs-field'
import { rulesOf } from './rules'
import type { SchemaField as SchemaFieldOf } from './schema'
import { SecretField } from './secret-field'
import { useTexts } from './use-texts'

/** The control for one property of the kind's JSON schema. */
export function SchemaField({ field, kind }: { field: SchemaFieldOf; kind: string }) {
  const texts = useTexts()
  const { register, formState, getFieldState } = useFormContext<FormValues>()
  const name = field.path as Path<FormValues>
  const error = (getFieldState(name, formState).error as FieldError | undefined)?.message
  const rule = (value: OptionValue) => rulesOf(texts).field(field, value)
  const shared = { name, label: texts.title(kind, field), hint: texts.description(kind, field), rule }
  if (field.type === 'pairs') return <PairsField {...shared} secret={field.secret} />
  if (field.secret) return <SecretField {...shared} long={field.type === 'text'} />
  const inputs = register(name, { validate: (value) => rule(value as OptionValue) })
  const { label, hint } = shared
  const ordinary = {
    placeholder: typeof field.fallback === 'string' ? field.fallback : '',
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
    case 'line':
      return (
        <Field label={label} hint={hint} error={error}>
          {(ids) => <Input {...ids} {...inputs} {...ordinary} />}
        </Field>
      )
  }
}
