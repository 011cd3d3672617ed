import { Controller, useFormContext, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { CheckField } from '@/components/check-field'
import { WatcherChoice } from '@/components/watcher-choice'

const WHOSE = ['this', 'chosen', 'all'] as const

/** The part of a correction that says whose record it is. */
export interface Whose {
  whose: (typeof WHOSE)[number]
  watcher_ids: string[]
}

/** Only the watcher whose page this is, those chosen, or all there are. */
export function WhoseRecord({ name }: { name: string }) {
  const { t } = useTranslation('watcher')
  const { control, register, formState } = useFormContext<Whose>()
  const whose = useWatch({ control, name: 'whose' })
  // A refusal is about the choice, or about one of those chosen.
  const wrong = formState.errors.watcher_ids
  const refused = wrong?.message ?? wrong?.find?.((each) => each !== undefined)?.message
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1.5 font-medium">{t('amendments.whose')}</legend>
      {WHOSE.map((each) => (
        <CheckField
          key={each}
          type="radio"
          value={each}
          label={t(`amendments.of.${each}`, { name })}
          {...register('whose')}
        />
      ))}
      {whose === 'chosen' && (
        <Controller
          control={control}
          name="watcher_ids"
          rules={{ validate: (chosen) => chosen.length > 0 || t('amendments.chooseOne') }}
          render={({ field: { value, onChange } }) => (
            <WatcherChoice
              legend={t('amendments.of.chosen')}
              chosen={value}
              onChange={onChange}
              error={refused}
            />
          )}
        />
      )}
    </fieldset>
  )
}
