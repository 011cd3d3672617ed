import { useFormContext, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { CadenceUnit } from '@/client/types.gen'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { useFormat } from '@/lib/format'
import type { FormValues } from './model'
import { intervalS, rulesOf } from './rules'
import { useTexts } from './use-texts'

const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const satisfies CadenceUnit[]
const DAY_S = 86_400

/** How often. */
export function Timing() {
  const texts = useTexts()
  const { t } = useTranslation('editor')
  const format = useFormat()
  const { register, formState, control, trigger } = useFormContext<FormValues>()
  const [every_value, every_unit] = useWatch({ control, name: ['every_value', 'every_unit'] })
  const perDay = Math.floor(DAY_S / intervalS({ every_value, every_unit }))
  const { errors } = formState
  const hint =
    perDay >= 1 && Number.isFinite(perDay)
      ? t('perDay', { count: perDay, formatted: format.number(perDay) })
      : undefined
  return (
    <div className="grid grid-cols-2 items-start gap-3">
      <Field label={t('every')} hint={hint} error={errors.every_value?.message}>
        {(ids) => (
          <Input
            {...ids}
            {...register('every_value', { valueAsNumber: true, validate: rulesOf(texts).cadence })}
            type="number"
            min={1}
            inputMode="numeric"
          />
        )}
      </Field>
      <Field label={t('unit')} error={errors.every_unit?.message}>
        {(ids) => (
          <Select
            {...ids}
            {...register('every_unit', {
              onChange: () => void trigger('every_value'),
            })}
          >
            {UNITS.map((unit) => (
              <option key={unit} value={unit}>
                {t(`units.${unit}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
