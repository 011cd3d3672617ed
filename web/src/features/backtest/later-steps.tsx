import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { asNumber } from './draft'

// With the first, which stands for itself.
const MOST = 9

interface Props {
  value: (number | null)[]
  onChange: (minutes: (number | null)[]) => void
  error?: string
}

/** When others are told as well, as long as nobody has acknowledged. */
export function LaterSteps({ value, onChange, error }: Props) {
  const { t } = useTranslation('backtest')
  return (
    <fieldset className="grid gap-3" tabIndex={-1} data-invalid={error ? true : undefined}>
      <legend className="mb-1.5 font-medium">{t('more.steps')}</legend>
      {value.map((minutes, at) => (
        <div key={at} className="flex items-end justify-between gap-3">
          <Field label={t('more.step', { number: at + 2 })} className="grow">
            {(ids) => (
              <Input
                {...ids}
                type="number"
                min={0}
                step="any"
                inputMode="decimal"
                value={minutes ?? ''}
                onChange={({ target }) => {
                  onChange(value.map((each, index) => (index === at ? asNumber(target.value) : each)))
                }}
              />
            )}
          </Field>
          <Button
            variant="ghost"
            size="icon"
            aria-label={t('more.removeStep', { number: at + 2 })}
            onClick={() => {
              onChange(value.filter((_, index) => index !== at))
            }}
          >
            <Trash2 aria-hidden />
          </Button>
        </div>
      ))}
      {error && <p className="text-down-fg">{error}</p>}
      {value.length < MOST && (
        <Button
          className="justify-self-start"
          onClick={() => {
            onChange([...value, null])
          }}
        >
          <Plus aria-hidden />
          {t('more.addStep')}
        </Button>
      )}
    </fieldset>
  )
}
