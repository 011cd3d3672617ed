import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'
import { useWorkspace } from '@/lib/workspace'

/** One watcher in the list: state, name, address, response time, last check. */
export function WatcherRow({ watcher }: { watcher: WatcherPublic }) {
  const { t } = useTranslation('overview')
  const { slug } = useWorkspace()
  const format = useFormat()
  const now = useNow()
  return (
    <li className="relative grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-hover md:grid-cols-[8.5rem_minmax(0,1fr)_6rem_9rem]">
      <StateMark state={watcher.state} className="order-2 md:order-none" />
      <div className="min-w-0">
        <Link
          to="/w/$workspace/watchers/$watcherId"
          params={{ workspace: slug, watcherId: watcher.id }}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          {watcher.name}
        </Link>
        <p className="truncate text-xs text-subtle">{watcher.url}</p>
      </div>
      <p className="order-3 text-xs text-muted tabular md:order-none md:text-right md:text-sm">
        <span className="sr-only">{t('latency')} </span>
        {watcher.last_response_time_ms === null ? '–' : format.milliseconds(watcher.last_response_time_ms)}
      </p>
      <p className="order-4 text-right text-xs text-subtle tabular">
        <span className="sr-only">{t('checked')} </span>
        {watcher.last_checked_at === null ? t('never') : format.relative(watcher.last_checked_at, now)}
      </p>
    </li>
  )
}
