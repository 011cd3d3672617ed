import { useTranslation } from 'react-i18next'
import { StepsField } from '@/components/steps-field'

const LAST = 10

interface Props {
  value: (number | null)[]
  onChange: (minutes: (number | null)[]) => void
  error?: string
}

/** When others are told as well, as long as nobody has acknowledged; the first step stands for itself. */
export function LaterSteps({ value, onChange, error }: Props) {
  const { t } = useTranslation('backtest')
  return (
    <StepsField
      legend={t('more.steps')}
      minutes={value}
      first={2}
      last={LAST}
      words={{
        number: (number) => t('more.number', { number }),
        after: (number) => t('more.step', { number }),
        remove: (number) => t('more.removeStep', { number }),
        add: t('more.addStep'),
      }}
      onMinutes={(at, minutes) => {
        onChange(value.map((each, index) => (index === at ? minutes : each)))
      }}
      onRemove={(at) => {
        onChange(value.filter((_, index) => index !== at))
      }}
      onAdd={() => {
        onChange([...value, null])
      }}
      error={error}
    />
  )
}
