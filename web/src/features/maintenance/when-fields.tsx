import { useFormContext, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { TimeZoneSelect } from '@/components/time-zone-select'
import { UNITS, type Draft } from './draft'
import { RepeatFields } from './repeat-fields'

/** When it begins, for how long, how often. */
export function WhenFields() {
  const { t } = useTranslation('maintenance')
  const { control, register, formState } = useFormContext<Draft>()
  const openEnded = useWatch({ control, name: 'open_ended' })
  const zone = useWatch({ control, name: 'time_zone' })
  const { errors } = formState
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t('field.starts')} error={errors.starts_at?.message}>
          {(ids) => <Input {...ids} type="datetime-local" {...register('starts_at')} />}
        </Field>
        <Field label={t('field.zone')} error={errors.time_zone?.message}>
          {(ids) => <TimeZoneSelect {...ids} also={zone} {...register('time_zone')} />}
        </Field>
      </div>
      <div className="grid gap-2">
        {!openEnded && (
          <Field label={t('field.lasts')} error={errors.duration_s?.message}>
            {(ids) => (
              <div className="flex gap-2">
                <Input
                  {...ids}
                  type="number"
                  min={1}
                  className="w-28"
                  {...register('duration_s', { valueAsNumber: true })}
                />
                <Select aria-label={t('field.unit')} className="w-auto" {...register('unit')}>
                  {Object.keys(UNITS).map((unit) => (
                    <option key={unit} value={unit}>
                      {t(`unit.${unit as keyof typeof UNITS}`)}
                    </option>
                  ))}
                </Select>
              </div>
            )}
          </Field>
        )}
        <CheckField label={t('field.open')} hint={t('field.openHint')} {...register('open_ended')} />
      </div>
      {!openEnded && <RepeatFields />}
    </>
  )
}
