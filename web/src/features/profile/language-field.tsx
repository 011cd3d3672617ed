import { useTranslation } from 'react-i18next'
import { Field } from '@/components/field'
import { Select } from '@/components/input'
import { chosenLanguage, LANGUAGES, setLanguage, type Language } from '@/lib/i18n'

const NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

/** Which language healther speaks in this browser. */
export function LanguageField() {
  const { t } = useTranslation('profile')
  return (
    <Field label={t('language')}>
      {(ids) => (
        <Select
          {...ids}
          value={chosenLanguage() ?? ''}
          onChange={({ target }) => void setLanguage(LANGUAGES.find((each) => each === target.value) ?? null)}
        >
          <option value="">{t('browserLanguage')}</option>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language}>
              {NAMES[language]}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
