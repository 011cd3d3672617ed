import { useTranslation } from 'react-i18next'
import type { BacktestPublic, BacktestRow, OutageUnder } from '@/client/types.gen'
import { useFormat } from '@/lib/format'

/** A backtest in the reader's words. */
export function useWords() {
  const { t } = useTranslation('backtest')
  const format = useFormat()
  const times = (count: number) => t('times', { count, shown: format.number(count) })
  const length = (seconds: number) =>
    seconds < 1 ? format.milliseconds(seconds * 1000) : format.duration(seconds)
  const pagesOf = (outages: readonly OutageUnder[]) => outages.reduce((sum, { pages }) => sum + pages, 0)
  return {
    /** These rules would have paged 3 times instead of 41. */
    summary: ({ present, proposed }: BacktestPublic) =>
      present.pages === proposed.pages
        ? t('summary.same', { proposed: times(proposed.pages) })
        : t('summary.changed', { proposed: times(proposed.pages), present: times(present.pages) }),
    /** Heard 40 s later. */
    difference: ({ difference, later_s, present, proposed }: BacktestRow) =>
      t(`difference.${difference}`, {
        time: length(Math.abs(later_s ?? 0)),
        present: times(pagesOf(present)),
        proposed: times(pagesOf(proposed)),
      }),
    /** Heard 12 May, 10:00 / Not heard: over before the first step */
    heard: ({ paged_at, why_not, together }: OutageUnder) => {
      if (paged_at === null) return t(`whyNot.${why_not ?? 'no_policy'}`)
      const time = format.dateTime(paged_at)
      return together > 1 ? t('heardTogether', { time, count: together }) : t('heard', { time })
    },
    /** down for 5 min */
    lasted: ({ state, started_at, ended_at }: OutageUnder) =>
      ended_at === null
        ? t(`goingOn.${state}`)
        : t(`lasted.${state}`, {
            time: length((Date.parse(ended_at) - Date.parse(started_at)) / 1000),
          }),
  }
}
