import { useTranslation } from 'react-i18next'
import type { OverviewWatcher } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'

/** Counts down to the next check; the only part of a row that moves by itself. */
export function NextCheck({ watcher }: { watcher: OverviewWatcher }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const now = useNow()
  if (watcher.state === 'paused') return <>–</>
  if (watcher.next_check_at === null) return <>{t('now')}</>
  const left = (Date.parse(watcher.next_check_at) - now) / 1000
  // From two minutes on the seconds are noise, and the column is narrow.
  return <>{left < 1 ? t('now') : format.duration(left < 120 ? left : left - (left % 60))}</>
}
