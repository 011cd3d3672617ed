import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { asReason } from './reasons'

/** What a check said that was not healthy, in a line: the server's own words where English is spoken; the same function while that stays. */
export function useFailureWords() {
  const { t, i18n } = useTranslation('reasons')
  const english = i18n.language.startsWith('en')
  return useCallback(
    (reason: string | null, message: string | null): string | null => {
      const known = asReason(reason)
      return known && (message === null || !english) ? t(known) : message
    },
    [t, english],
  )
}
