import { useTranslation } from 'react-i18next'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Select } from '@/components/input'
import { Setting } from '@/components/setting'
import { TimeZoneSelect } from '@/components/time-zone-select'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useFormat } from '@/lib/format'
import { LANGUAGES, type Language } from '@/lib/i18n'
import { meQuery } from '@/lib/me'
import { usePrefer } from '@/lib/preferences'
import { THEMES, useTheme } from '@/lib/theme'
import { browserTimeZone } from '@/lib/time-zone'
import { useNow } from '@/lib/use-now'

const NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

/** How somebody likes to see things; every choice counts at once, on all their devices. */
export function PreferencesForm() {
  const { t } = useTranslation('profile')
  const { data: me } = useSuspenseQuery(meQuery)
  const { dateTime } = useFormat()
  const theme = useTheme()
  const prefer = usePrefer()
  // What was just chosen is shown as chosen while the account is being told.
  const { language, time_zone } = { ...me, ...(prefer.isPending ? prefer.variables : {}) }
  const now = new Date(useNow()).toISOString()
  return (
    <Setting title={t('preferences')} text={t('preferencesText')}>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 font-medium">{t('theme.title')}</legend>
        <div className="flex flex-wrap gap-x-6 gap-y-2">
          {THEMES.map((each) => (
            <CheckField
              key={each}
              type="radio"
              name="theme"
              label={t(`theme.${each}`)}
              checked={theme === each}
              onChange={() => {
                prefer.mutate({ theme: each })
              }}
            />
          ))}
        </div>
      </fieldset>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label={t('language')}>
          {(ids) => (
            <Select
              {...ids}
              value={language ?? ''}
              onChange={({ target }) => {
                prefer.mutate({ language: LANGUAGES.find((each) => each === target.value) ?? null })
              }}
            >
              <option value="">{t('browserLanguage')}</option>
              {LANGUAGES.map((each) => (
                <option key={each} value={each} lang={each}>
                  {NAMES[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t('timeZone')} hint={t('timeZoneNow', { time: dateTime(now) })}>
          {(ids) => (
            <TimeZoneSelect
              {...ids}
              also={time_zone}
              value={time_zone ?? ''}
              onChange={({ target }) => {
                prefer.mutate({ time_zone: target.value || null })
              }}
            >
              <option value="">{t('browserTimeZone', { zone: browserTimeZone() })}</option>
            </TimeZoneSelect>
          )}
        </Field>
      </div>
    </Setting>
  )
}
