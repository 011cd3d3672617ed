import { useTranslation } from 'react-i18next'
import type { MaintenancePublic, OccurrencePublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { dateFormat } from '@/lib/intl'
import { DAYS, fromRule, PLACES, type Day } from './rule'

const DAY_MS = 86_400_000
const A_MONDAY_MS = Date.UTC(2024, 0, 1)

/** Windows in words: when, how often, what they cover. */
export function useWindowWords() {
  const { t } = useTranslation('maintenance')
  const format = useFormat()
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
      : t('fromTo', { from: format.shortDateTime(starts_at), to: format.shortDateTime(ends_at) })
  const covers = ({ all_watchers, tags, watcher_ids }: MaintenancePublic): string => {
    if (all_watchers) return t('covers.all')
    const parts = [
      ...tags.map((tag) => t('covers.tag', { tag })),
      ...(watcher_ids.length > 0 ? [t('covers.watchers', { count: watcher_ids.length })] : []),
    ]
    return parts.length > 0 ? parts.join(', ') : t('covers.nothing')
  }
  return { dayName, placeName, again, time, covers }
}
