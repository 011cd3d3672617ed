import { useTranslation } from 'react-i18next'
import { useTimeZone } from './time-zone'

const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', Infinity],
] as const

/** Numbers and times in the language of the page. */
export function useFormat() {
  const { i18n } = useTranslation()
  const timeZone = useTimeZone()
  // The reader's own way of writing the language: en-GB has 24 hours, en-US has 12.
  const language = navigator.languages.find((each) => each.startsWith(i18n.language)) ?? i18n.language
  return {
    /** 1.5 ms, 12 ms, 1.2 s */
    milliseconds: (ms: number) => {
      const [value, unit] = ms < 1000 ? [ms, 'millisecond'] : [ms / 1000, 'second']
      const digits = value < 10 ? 1 : 0
      return new Intl.NumberFormat(language, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumFractionDigits: digits,
      }).format(value)
    },
    /** A point in time, in the reader's zone. */
    dateTime: (iso: string) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(new Date(iso)),
    /** in 5 minutes, 3 hours ago */
    relative: (iso: string, nowMs: number) => {
      let value = (Date.parse(iso) - nowMs) / 1000
      for (const [unit, size] of STEPS) {
        if (Math.abs(value) < size) {
          return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(value), unit)
        }
        value /= size
      }
      return ''
    },
  }
}
