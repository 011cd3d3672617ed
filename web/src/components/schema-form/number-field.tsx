import { useFormContext, type FieldError, type FieldValues, type Path } from 'react-hook-form'
import { Field } from '@/components/field'
import { Input } from '@/components/input'

interface Props<T extends FieldValues> {
  name: Path<T>
  label: string
  hint?: string
  /** Stands behind the number. */
  unit?: string
  placeholder?: string
  className?: string
  /** What is wrong with the number (null: left empty). */
  rule: (value: number | null, form: T) => string | undefined
}

/** A number with its unit; left empty it is null. */
export function NumberField<T extends FieldValues>({
  name,
  label,
  hint,
  unit,
  placeholder,
  className,
  rule,
}: Props<T>) {
  const { register, formState, getFieldState } = useFormContext<T>()
  const error = getFieldState(name, formState).error as FieldError | undefined
  return (
    <Field label={label} hint={hint} error={error?.message} className={className}>
      {(ids) => (
        <div className="relative">
          <Input
            {...ids}
            {...register(name, {
              setValueAs: (typed: unknown) => (typed === '' || typed === null ? null : Number(typed)),
              validate: (value, form) => rule(value as number | null, form),
            })}
            type="number"
            inputMode="numeric"
            placeholder={placeholder}
            className={unit ? 'pr-20' : undefined}
          />
          {unit && (
            <span
              aria-hidden
              className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-subtle"
            >
              {unit}
            </span>
          )}
        </div>
      )}
    </Field>
  )
}
