import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { dateFormat, hourIn, numberFormat } from './intl'
import { useTimeZone } from './time-zone'

const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
] as const
const DAY_MS = 86_400_000

const DURATION = [
  ['day', 86_400, Infinity],
  ['hour', 3600, 24],
  ['minute', 60, 60],
  ['second', 1, 60],
] as const

/** Numbers and times in the language of the page and the reader's zone; the same object while both stay. */
export function useFormat() {
  const { i18n } = useTranslation()
  const timeZone = useTimeZone()
  // The reader's own way of writing the language: en-GB has 24 hours, en-US has 12.
  const language = navigator.languages.find((each) => each.startsWith(i18n.language)) ?? i18n.language
  return useMemo(() => formatIn(language, timeZone), [language, timeZone])
}

/** The same, for a language and a zone. */
export function formatIn(language: string, timeZone: string) {
  const inUnit = (value: number, unit: string) =>
    numberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
  return {
    /** For formatters of one's own. */
    language,
    /** 1,440 */
    number: (value: number) => numberFormat(language).format(value),
    /** 99.400 %, as public pages write it: the three decimals of the server, and 100 without any. */
    percent: (value: number) =>
      numberFormat(language, {
        style: 'unit',
        unit: 'percent',
        minimumFractionDigits: value < 100 ? 3 : 0,
        maximumFractionDigits: 3,
      }).format(value),
    /** 0.423 as 42 %: a part of a whole. */
    share: (part: number) => numberFormat(language, { style: 'percent' }).format(part),
    /** 45 sec, 3 min, 1 hr 5 min, 12 days: the two largest units. */
    duration: (seconds: number) => {
      const whole = Math.round(seconds)
      const parts = DURATION.map(([unit, size, of]) => [unit, Math.floor(whole / size) % of] as const)
      const first = parts.findIndex(([, value]) => value > 0)
      if (first === -1) return inUnit(0, 'second')
      return parts
        .slice(first, first + 2)
        .filter(([, value]) => value > 0)
        .map(([unit, value]) => inUnit(value, unit))
        .join(' ')
    },
    /** 23 Nov, 14:05 */
    shortDateTime: (at: string | number) =>
      dateFormat(language, {
        day: 'numeric',
        month: 'short',
        hour: hourIn(language),
        minute: '2-digit',
        timeZone,
      }).format(new Date(at)),
    /** 23 Nov: a calendar day, of whatever zone. */
    shortDay: (date: string) =>
      dateFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
        new Date(`${date}T00:00:00Z`),
      ),
    /** Mon, 23 November 2026: a calendar day, `2026-11-23`, of whatever zone. */
    day: (date: string) =>
      dateFormat(language, {
        weekday: 'short',
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        timeZone: 'UTC',
      }).format(new Date(`${date}T00:00:00Z`)),
    /** 86 bytes, 1.2 kB */
    bytes: (bytes: number) => {
      const [value, unit] = bytes < 1000 ? [bytes, 'byte'] : [bytes / 1000, 'kilobyte']
      return numberFormat(language, {
        style: 'unit',
        unit,
        unitDisplay: bytes < 1000 ? 'long' : 'short',
        maximumFractionDigits: 1,
      }).format(value)
    },
    /** 1.5 ms, 12 ms, 1.0 s: seconds below ten always say the tenth, for what stands beside them does. */
    milliseconds: (ms: number) => {
      // From here on milliseconds would be rounded to a thousand of them.
      const [value, unit] = ms < 999.5 ? [ms, 'millisecond'] : [ms / 1000, 'second']
      const digits = value < 10 ? 1 : 0
      return numberFormat(language, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        minimumFractionDigits: unit === 'second' ? digits : 0,
        maximumFractionDigits: digits,
      }).format(value)
    },
    /** A point in time, in the reader's zone. */
    dateTime: (iso: string) =>
      dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(new Date(iso)),
    /** in 5 minutes, 3 hours ago */
    relative: (iso: string, nowMs: number) => {
      const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
      let value = (Date.parse(iso) - nowMs) / 1000
      for (const [unit, size] of STEPS) {
        if (Math.abs(value) < size) return words.format(Math.trunc(value), unit)
        value /= size
      }
      // "Tomorrow" is a day of the calendar, not what begins within 48 hours.
      return words.format((dayIn(Date.parse(iso), timeZone) - dayIn(nowMs, timeZone)) / DAY_MS, 'day')
    },
  }
}

/** The day on the wall there, as if it began in UTC. */
function dayIn(at: number, timeZone: string) {
  const date = dateFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone })
  return Date.parse(date.format(at))
}
