import { useFormContext, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import type { Draft } from './draft'
import { DAYS, PLACES, REPEATS, toRule, type Repeat } from './rule'
import { useWindowWords } from './use-words'

/** How often: once, on days of the week or the month, or a rule as written. */
export function RepeatFields() {
  const { t } = useTranslation('maintenance')
  const words = useWindowWords()
  const { control, setValue, formState } = useFormContext<Draft>()
  const repeat = useWatch({ control, name: 'repeat' })
  const error = formState.errors.rrule?.message
  const change = (changed: Partial<Repeat>) => {
    setValue('repeat', { ...repeat, ...changed }, { shouldDirty: true })
  }
  return (
    <div className="grid gap-3">
      <Field label={t('field.repeat')} error={repeat.kind === 'rule' ? undefined : error}>
        {(ids) => (
          <Select
            {...ids}
            value={repeat.kind}
            onChange={({ target }) => {
              const kind = REPEATS.find((each) => each === target.value) ?? 'once'
              // Whoever goes over to writing begins with what the fields said.
              change({ kind, ...(kind === 'rule' ? { rule: toRule(repeat) ?? 'FREQ=WEEKLY;BYDAY=SU' } : {}) })
            }}
          >
            {REPEATS.map((each) => (
              <option key={each} value={each}>
                {t(`repeat.${each}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {repeat.kind === 'weekly' && (
        <div role="group" aria-label={t('field.days')} className="flex flex-wrap gap-1">
          {DAYS.map((day) => {
            const on = repeat.days.includes(day)
            return (
              <button
                key={day}
                type="button"
                aria-pressed={on}
                aria-label={words.dayName(day, 'long')}
                className="h-control min-w-11 rounded-md border px-2 text-muted hover:bg-hover aria-pressed:border-accent-text aria-pressed:bg-accent-bg aria-pressed:font-medium aria-pressed:text-fg"
                onClick={() => {
                  const days = on ? repeat.days.filter((each) => each !== day) : [...repeat.days, day]
                  // A week without a day is no rule: the last one stays.
                  if (days.length > 0) change({ days })
                }}
              >
                {words.dayName(day)}
              </button>
            )
          })}
        </div>
      )}
      {repeat.kind === 'monthly' && <Monthly repeat={repeat} onChange={change} />}
      {repeat.kind === 'rule' && (
        <Field label={t('field.rule')} hint={t('field.ruleHint')} error={error}>
          {(ids) => (
            <Input
              {...ids}
              className="font-mono"
              spellCheck={false}
              autoCapitalize="none"
              value={repeat.rule}
              onChange={({ target }) => {
                change({ rule: target.value })
              }}
            />
          )}
        </Field>
      )}
    </div>
  )
}

function Monthly({ repeat, onChange }: { repeat: Repeat; onChange: (changed: Partial<Repeat>) => void }) {
  const { t } = useTranslation('maintenance')
  const words = useWindowWords()
  return (
    <div className="flex flex-wrap gap-2">
      <Select
        aria-label={t('field.by')}
        className="w-auto"
        value={repeat.by}
        onChange={({ target }) => {
          onChange({ by: target.value === 'date' ? 'date' : 'weekday' })
        }}
      >
        <option value="weekday">{t('by.weekday')}</option>
        <option value="date">{t('by.date')}</option>
      </Select>
      {repeat.by === 'date' ? (
        <Input
          type="number"
          min={1}
          max={31}
          aria-label={t('field.date')}
          className="w-20"
          value={repeat.date}
          onChange={({ target }) => {
            onChange({ date: target.valueAsNumber })
          }}
        />
      ) : (
        <>
          <Select
            aria-label={t('field.place')}
            className="w-auto"
            value={repeat.place}
            onChange={({ target }) => {
              onChange({ place: Number(target.value) })
            }}
          >
            {PLACES.map((each) => (
              <option key={each} value={each}>
                {words.placeName(each)}
              </option>
            ))}
          </Select>
          <Select
            aria-label={t('field.weekday')}
            className="w-auto"
            value={repeat.weekday}
            onChange={({ target }) => {
              onChange({ weekday: DAYS.find((each) => each === target.value) ?? 'SU' })
            }}
          >
            {DAYS.map((each) => (
              <option key={each} value={each}>
                {words.dayName(each, 'long')}
              </option>
            ))}
          </Select>
        </>
      )}
    </div>
  )
}
