import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'

/** When it was checked, when it will be, how fast it answered; counts by itself. */
export function SinceTimes({ watcher }: { watcher: WatcherPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const now = useNow()
  const { last_checked_at, next_check_at, last_response_time_ms, paused_at } = watcher
  const next = () => {
    if (paused_at !== null) return t('times.paused')
    if (next_check_at === null || Date.parse(next_check_at) <= now) return t('times.now')
    return format.relative(next_check_at, now)
  }
  const facts = [
    [t('times.last'), last_checked_at === null ? t('times.never') : format.relative(last_checked_at, now)],
    [t('times.next'), next()],
    [t('times.response'), last_response_time_ms === null ? '–' : format.milliseconds(last_response_time_ms)],
  ]
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-2 max-sm:w-full sm:grid-cols-3">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-20">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="font-medium tabular">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
