import { useTranslation } from 'react-i18next'
import { CHANGES, type Change } from '@/lib/changes'
import { CheckField } from './check-field'

interface Props {
  value: readonly Change[]
  onChange: (changes: Change[]) => void
  error?: string
}

/** Of which changes somebody is told. */
export function ChangesField({ value, onChange, error }: Props) {
  const { t } = useTranslation('alerting')
  return (
    <fieldset className="grid gap-2" tabIndex={-1} data-invalid={error ? true : undefined}>
      <legend className="mb-1.5 font-medium">{t('field.changes')}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {CHANGES.map((each) => (
          <CheckField
            key={each}
            label={t(`change.${each}`)}
            checked={value.includes(each)}
            onChange={({ target }) => {
              onChange(CHANGES.filter((one) => (one === each ? target.checked : value.includes(one))))
            }}
          />
        ))}
      </div>
      {error && <p className="text-down-fg">{error}</p>}
    </fieldset>
  )
}
