import { fullUrl, type FormValues } from './model'
import type { Texts } from './use-texts'

const UNIT_S = { seconds: 1, minutes: 60, hours: 3600, days: 86_400, weeks: 604_800 }
const CADENCE_S = [10, 52 * UNIT_S.weeks] as const

/** Seconds from check to check. */
export function intervalS({
  every_value,
  every_unit,
}: Pick<FormValues, 'every_value' | 'every_unit'>): number {
  return every_value * UNIT_S[every_unit]
}

/** Each rule answers what is wrong, in words, or undefined. */
export function rulesOf({ t }: Texts) {
  return {
    url: (typed: string) => {
      const url = fullUrl(typed)
      if (url === '') return t('rule.required')
      if (!URL.canParse(url)) return t('rule.url')
      const { protocol, username, password } = new URL(url)
      if (protocol !== 'http:' && protocol !== 'https:') return t('rule.scheme')
      return username || password ? t('rule.credentials') : undefined
    },
    cadence: (every_value: number, { every_unit }: FormValues) => {
      const [least, most] = CADENCE_S
      const seconds = intervalS({ every_value, every_unit })
      if (!Number.isInteger(every_value)) return t('rule.type')
      return seconds < least || seconds > most ? t('rule.cadence') : undefined
    },
    whole: (least: number, most: number, value: number | null) => {
      if (value === null) return undefined
      if (!Number.isInteger(value)) return t('rule.type')
      if (value < least) return t('rule.minimum', { bound: least })
      return value > most ? t('rule.maximum', { bound: most }) : undefined
    },
  }
}
