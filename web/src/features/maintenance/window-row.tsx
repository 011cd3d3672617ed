import { Link } from '@tanstack/react-router'
import { Repeat } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { MaintenancePublic } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { dateFormat } from '@/lib/intl'
import { useTimeZone } from '@/lib/time-zone'
import { useNow } from '@/lib/use-now'
import { useMay, useWorkspace } from '@/lib/workspace'
import { useWindowWords } from './use-words'
import { WindowActions } from './window-actions'

/** A window: when it is, for what, how often, who announces it. */
export function WindowRow({ window }: { window: MaintenancePublic }) {
  const { t } = useTranslation('maintenance')
  const { slug } = useWorkspace()
  const may = useMay('admin')
  const format = useFormat()
  const words = useWindowWords()
  const now = useNow(10_000)
  const occurrence = window.running ?? window.next
  const { status } = window
  return (
    <li className="flex items-start gap-4 px-4 py-3">
      <Leaf at={occurrence?.starts_at ?? window.starts_at} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2">
          {may ? (
            <Link
              to="/w/$workspace/maintenance/$windowId"
              params={{ workspace: slug, windowId: window.id }}
              className="font-medium hover:underline"
            >
              {window.title}
            </Link>
          ) : (
            <span className="font-medium">{window.title}</span>
          )}
          {status === 'running' && <StateMark state="maintenance" look="badge" />}
        </p>
        <p className="tabular">
          {occurrence ? words.time(occurrence) : words.time({ starts_at: window.starts_at, ends_at: null })}
          {status === 'upcoming' && occurrence && (
            <span className="text-muted"> · {format.relative(occurrence.starts_at, now)}</span>
          )}
        </p>
        <p className="flex flex-wrap gap-x-1.5 text-muted *:not-last:after:ml-1.5 *:not-last:after:content-['·']">
          <span>{words.covers(window)}</span>
          {window.rrule !== null && (
            <span className="inline-flex items-center gap-1">
              <Repeat aria-hidden className="size-3.5" />
              {words.again(window.rrule)}
            </span>
          )}
          {window.running && window.next && (
            <span>{t('nextOne', { time: format.shortDateTime(window.next.starts_at) })}</span>
          )}
          {window.page_ids.length > 0 && <span>{t('announced', { count: window.page_ids.length })}</span>}
        </p>
        {window.description !== '' && <p className="line-clamp-2 text-subtle">{window.description}</p>}
      </div>
      {may && <WindowActions window={window} />}
    </li>
  )
}

/** The day, as a leaf of a calendar; the time beside it says the same in words. */
function Leaf({ at }: { at: string }) {
  const { language } = useFormat()
  const timeZone = useTimeZone()
  const part = (options: Intl.DateTimeFormatOptions) =>
    dateFormat(language, { ...options, timeZone }).format(new Date(at))
  return (
    <div
      aria-hidden
      className="grid w-12 shrink-0 justify-items-center overflow-hidden rounded-md border bg-surface"
    >
      <span className="w-full bg-maintenance-bg text-center text-xs text-maintenance-fg">
        {part({ month: 'short' })}
      </span>
      <span className="text-lg font-semibold tabular">{part({ day: 'numeric' })}</span>
      <span className="pb-0.5 text-xs text-subtle">{part({ weekday: 'short' })}</span>
    </div>
  )
}
