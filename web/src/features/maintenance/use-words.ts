import { useTranslation } from 'react-i18next'
import type { OccurrencePublic } from '@/client/types.gen'
import { useCoversWords } from '@/lib/covers-words'
import { useFormat } from '@/lib/format'
import { dateFormat, hourIn } from '@/lib/intl'
import { useTimeZone } from '@/lib/time-zone'
import { DAYS, fromRule, PLACES, type Day } from './rule'

const DAY_MS = 86_400_000
const A_MONDAY_MS = Date.UTC(2024, 0, 1)

/** Windows in words: when, how often, what they cover. */
export function useWindowWords() {
  const { t } = useTranslation('maintenance')
  const format = useFormat()
  const zone = useTimeZone()
  const dayName = (day: Day, weekday: 'short' | 'long' = 'short') =>
    dateFormat(format.language, { weekday, timeZone: 'UTC' }).format(A_MONDAY_MS + DAYS.indexOf(day) * DAY_MS)
  const placeName = (place: number) => t(`place.${PLACES.find((each) => each === place) ?? 1}`)
  const again = (rrule: string | null): string => {
    const repeat = fromRule(rrule)
    switch (repeat.kind) {
      case 'once':
        return t('repeat.once')
      case 'daily':
        return t('again.daily')
      case 'weekly':
        return t('again.weekly', { days: repeat.days.map((day) => dayName(day)).join(', ') })
      case 'monthly':
        return repeat.by === 'date'
          ? t('again.date', { date: repeat.date })
          : t('again.weekday', { place: placeName(repeat.place), day: dayName(repeat.weekday, 'long') })
      case 'rule':
        return repeat.rule
    }
  }
  const time = ({ starts_at, ends_at }: OccurrencePublic): string =>
    ends_at === null
      ? t('from', { time: format.shortDateTime(starts_at) })
      : dateFormat(format.language, {
          day: 'numeric',
          month: 'short',
          hour: hourIn(format.language),
          minute: '2-digit',
          timeZone: zone,
        }).formatRange(Date.parse(starts_at), Date.parse(ends_at))
  const covers = useCoversWords()
  return { dayName, placeName, again, time, covers }
}
