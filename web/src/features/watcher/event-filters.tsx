import { CalendarRange } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { StateMark } from '@/components/state-mark'
import { cn } from '@/lib/cn'
import { PeriodForm } from './period-form'
import { STATUSES, type Status, type WatcherSearch } from './search'
import { useSearchSetter } from './use-search-setter'

/** Which checks are listed: of these statuses, of this period. */
export function EventFilters({ search }: { search: WatcherSearch }) {
  const { t } = useTranslation('watcher')
  const setSearch = useSearchSetter()
  const [open, setOpen] = useState(false)
  const chosen = search.status ?? []
  const toggle = (status: Status) => {
    const next = STATUSES.filter((each) => chosen.includes(each) !== (each === status))
    setSearch({ status: next.length > 0 && next.length < STATUSES.length ? next : undefined })
  }
  return (
    <>
      <div role="group" aria-label={t('events.byStatus')} className="flex flex-wrap gap-1">
        {STATUSES.map((status) => {
          const on = chosen.includes(status)
          return (
            <button
              key={status}
              type="button"
              aria-pressed={on}
              onClick={() => {
                toggle(status)
              }}
              className={cn(
                'flex h-control items-center rounded-md border px-2 text-xs',
                on ? 'border-accent-text bg-accent-bg' : 'border-line hover:bg-hover',
              )}
            >
              <StateMark state={status} className="text-xs" />
            </button>
          )
        })}
      </div>
      <Button
        aria-pressed={search.from !== undefined}
        onClick={() => {
          setOpen(true)
        }}
      >
        <CalendarRange aria-hidden />
        {t('period.choose')}
      </Button>
      <PeriodForm key={String(open)} open={open} onOpenChange={setOpen} search={search} />
    </>
  )
}
