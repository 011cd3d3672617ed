import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { uptimeQuery, type Path, type UPTIME_DAYS } from './queries'

// Below this much of the time, a figure is told with how long it is about.
const WATCHED_SHARE = 0.99

/** Uptime of the last so many days, and how long nobody can tell. */
export function UptimeFigure({ path, days }: { path: Path; days: (typeof UPTIME_DAYS)[number] }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const { data, error } = useQuery(uptimeQuery(path, days))
  const knownS = data ? data.healthy_s + data.degraded_s + data.down_s : 0
  const label = days === 1 ? t('range.long.24h') : t(`range.long.${days}d`)
  return (
    <div>
      <dt className="text-xs text-subtle">{label}</dt>
      <dd>
        {!data && !error && <Skeleton className="mt-1 h-7 w-20" />}
        {!data && error && <span className="text-muted">{t('uptime.failed')}</span>}
        {data && (
          <span className="block text-xl font-semibold tracking-tight tabular">
            {data.uptime_percent === null ? (
              <span className="text-muted">{t('noData')}</span>
            ) : (
              format.percent(data.uptime_percent)
            )}
          </span>
        )}
        {data?.uptime_percent != null && (
          <span className="block text-xs text-subtle">
            {knownS < WATCHED_SHARE * (knownS + data.unknown_s) && (
              <>{t('uptime.watched', { time: format.duration(knownS) })} · </>
            )}
            {data.down_s > 0
              ? t('uptime.down', { time: format.duration(data.down_s) })
              : t('uptime.neverDown')}
          </span>
        )}
        {data?.raw && (
          <span className="block text-xs text-subtle">
            {t('uptime.corrected', {
              figure:
                data.raw.uptime_percent === null ? t('noData') : format.percent(data.raw.uptime_percent),
            })}
          </span>
        )}
      </dd>
    </div>
  )
}
