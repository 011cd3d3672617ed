import { Controller, useFormContext, type RegisterOptions } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { ChangesField } from '@/components/changes-field'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Fold } from '@/components/schema-form/fold'
import { asNumber, stepsOf, type Draft } from './draft'
import { LaterSteps } from './later-steps'

const DAY_MIN = 1440

/** What few people try: of which changes, further steps, reminders, and when flapping begins. */
export function MoreRules() {
  const { t } = useTranslation('backtest')
  const { control, formState } = useFormContext<Draft>()
  const errors = formState.errors.more
  const rising = (_: unknown, draft: Draft) =>
    stepsOf(draft).every((each, at, all) => at === 0 || each > (all[at - 1] ?? 0)) || t('more.rising')
  const both = (_: unknown, { more }: Draft) =>
    (more.flap_changes === null) === (more.flap_min === null) || t('more.both')
  return (
    <Fold title={t('more.title')}>
      <p className="text-subtle">{t('more.hint')}</p>
      <Controller
        control={control}
        name="more.changes"
        rules={{ validate: (value) => value.length > 0 || t('more.noChange') }}
        render={({ field }) => (
          <ChangesField value={field.value} onChange={field.onChange} error={errors?.changes?.message} />
        )}
      />
      <Controller
        control={control}
        name="more.steps_min"
        rules={{ validate: rising }}
        render={({ field }) => (
          <LaterSteps value={field.value} onChange={field.onChange} error={errors?.steps_min?.message} />
        )}
      />
      <Amount name="remind_min" label={t('more.remind')} min={1} max={DAY_MIN} />
      <fieldset className="grid gap-3">
        <legend className="mb-1.5 font-medium">{t('more.flapping')}</legend>
        <p className="text-subtle">{t('more.flappingHint')}</p>
        <Amount name="flap_changes" label={t('more.flapChanges')} min={2} max={100} validate={both} />
        <Amount name="flap_min" label={t('more.flapMinutes')} min={1} max={DAY_MIN} validate={both} />
      </fieldset>
    </Fold>
  )
}

interface AmountProps {
  name: 'remind_min' | 'flap_changes' | 'flap_min'
  label: string
  min: number
  max: number
  validate?: RegisterOptions<Draft, `more.${AmountProps['name']}`>['validate']
}

function Amount({ name, label, min, max, validate }: AmountProps) {
  const { t } = useTranslation('backtest')
  const { register, formState } = useFormContext<Draft>()
  const message = t('more.range', { min, max })
  const rules = { setValueAs: asNumber, min: { value: min, message }, max: { value: max, message }, validate }
  return (
    <Field label={label} error={formState.errors.more?.[name]?.message}>
      {(ids) => (
        <Input
          {...ids}
          {...register(`more.${name}`, rules)}
          type="number"
          min={min}
          max={max}
          step={name === 'flap_changes' ? 1 : 'any'}
          inputMode="decimal"
          placeholder={t('asIs')}
        />
      )}
    </Field>
  )
}
