import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { QuietHours } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { TimeZoneSelect } from '@/components/time-zone-select'
import { useFormat } from '@/lib/format'
import { useTimeZone } from '@/lib/time-zone'
import { WEEK, weekdayName } from './weekdays'

interface Props {
  value: QuietHours[]
  onChange: (hours: QuietHours[]) => void
  error?: string
}

/** When the messages of a channel wait: stretches of the week. */
export function QuietField({ value, onChange, error }: Props) {
  const { t } = useTranslation('alerting')
  const { language } = useFormat()
  const zone = useTimeZone()
  const change = (at: number, changed: Partial<QuietHours>) => {
    onChange(value.map((each, index) => (index === at ? { ...each, ...changed } : each)))
  }
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 font-medium">{t('quiet.title')}</legend>
      <p className="text-subtle">{t('quiet.hint')}</p>
      {value.map((hours, index) => {
        const days = hours.days ?? [...WEEK]
        return (
          <fieldset key={index} className="grid gap-3 rounded-md border p-3">
            <legend className="sr-only">{t('quiet.number', { number: index + 1 })}</legend>
            <div className="flex flex-wrap gap-x-4 gap-y-2">
              {WEEK.map((day) => (
                <CheckField
                  key={day}
                  label={weekdayName(language, day)}
                  checked={days.includes(day)}
                  onChange={({ target }) => {
                    change(index, {
                      days: WEEK.filter((each) => (each === day ? target.checked : days.includes(each))),
                    })
                  }}
                />
              ))}
            </div>
            <div className="grid grid-cols-2 items-end gap-3 sm:grid-cols-[7rem_7rem_minmax(0,1fr)_auto]">
              <Field label={t('quiet.from')}>
                {(ids) => (
                  <Input
                    {...ids}
                    type="time"
                    value={hours.starts}
                    onChange={({ target }) => change(index, { starts: target.value })}
                  />
                )}
              </Field>
              <Field label={t('quiet.to')}>
                {(ids) => (
                  <Input
                    {...ids}
                    type="time"
                    value={hours.ends}
                    onChange={({ target }) => change(index, { ends: target.value })}
                  />
                )}
              </Field>
              <Field label={t('zone')}>
                {(ids) => (
                  <TimeZoneSelect
                    {...ids}
                    also={hours.time_zone}
                    value={hours.time_zone}
                    onChange={({ target }) => change(index, { time_zone: target.value })}
                  />
                )}
              </Field>
              <Button
                variant="ghost"
                size="icon"
                aria-label={t('quiet.remove', { number: index + 1 })}
                onClick={() => onChange(value.filter((_, each) => each !== index))}
              >
                <Trash2 aria-hidden />
              </Button>
            </div>
          </fieldset>
        )
      })}
      {error && <p className="text-down-fg">{error}</p>}
      <Button
        className="justify-self-start"
        onClick={() =>
          onChange([...value, { days: [...WEEK], starts: '22:00', ends: '07:00', time_zone: zone }])
        }
      >
        <Plus aria-hidden />
        {t('quiet.add')}
      </Button>
    </fieldset>
  )
}
