import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EventPublic } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { sharesOf } from './phases'
import { ReasonText } from '@/components/reason-text'
import { ShareBar } from './share-bar'

/** One check; opened, where its time went and what it said. */
export function EventRow({ event }: { event: EventPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const id = useId()
  const when = format.dateTime(event.created_at)
  const shares = sharesOf(event)
  return (
    <>
      <tr
        className="relative grid grid-cols-[2.5rem_1fr_auto] items-center gap-x-2 border-t py-1 hover:bg-hover md:table-row md:py-0"
        data-status={event.status}
      >
        <td className="row-span-2 pl-2 align-middle md:row-span-1">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            aria-label={t('events.open', { when })}
            className="grid size-7 place-items-center rounded-md text-subtle after:absolute after:inset-0"
            onClick={() => {
              setOpen(!open)
            }}
          >
            <ChevronRight
              aria-hidden
              className={cn('size-4 transition-transform duration-(--quick)', open && 'rotate-90')}
            />
          </button>
        </td>
        <td className={cn('md:py-1.5', !event.message && 'max-md:row-span-2')}>
          <StateMark state={event.status} />
        </td>
        <td className="pr-4 text-right whitespace-nowrap text-muted tabular md:text-left">{when}</td>
        <td className="hidden text-muted tabular md:table-cell">{event.response_status ?? '–'}</td>
        <td className="col-start-3 row-start-2 pr-4 text-right tabular md:pr-6">
          {event.response_time_ms === null ? '–' : format.milliseconds(event.response_time_ms)}
        </td>
        <td className="col-start-2 row-start-2 truncate text-muted max-md:empty:hidden md:pr-4">
          {event.message ?? ''}
        </td>
      </tr>
      {open && (
        <tr id={id} className="block border-t bg-sunken md:table-row">
          <td colSpan={6} className="block px-4 py-3 md:table-cell md:pl-12">
            <div className="grid max-w-3xl gap-3">
              <ReasonText reason={event.reason} message={event.message} />
              {shares.length > 0 ? (
                <ShareBar shares={shares} />
              ) : (
                <p className="text-muted">{t('events.noPhases')}</p>
              )}
              <p className="text-xs text-subtle tabular">
                {t('events.planned', { time: format.dateTime(event.slot) })}
                {event.response_status !== null && ` · HTTP ${event.response_status}`}
              </p>
            </div>
          </td>
        </tr>
      )}
    </>
  )
}
