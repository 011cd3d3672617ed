import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { BacktestRow, OutageUnder } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'
import { useWords } from './use-words'

const MOST_SHOWN = 3
const QUIETER = ['silent', 'fewer', 'later']

/** A stretch of trouble, by the present rules and by the proposed ones. */
export function OutageRow({ row }: { row: BacktestRow }) {
  const { t } = useTranslation('backtest')
  const { slug } = useWorkspace()
  const format = useFormat()
  const { difference } = useWords()
  const quieter = QUIETER.includes(row.difference)
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <Link
          to="/w/$workspace/watchers/$watcherId"
          params={{ workspace: slug, watcherId: row.watcher_id }}
          className="font-medium wrap-anywhere hover:underline"
        >
          {row.watcher_name}
        </Link>
        <time dateTime={row.from} className="text-muted tabular">
          {format.dateTime(row.from)}
        </time>
        <span className={cn('ml-auto', row.difference === 'same' ? 'text-subtle' : 'font-medium')}>
          <span aria-hidden>{row.difference === 'same' ? '= ' : quieter ? '↓ ' : '↑ '}</span>
          {difference(row)}
        </span>
      </div>
      <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        <Side title={t('present')} outages={row.present} />
        <Side title={t('proposed')} outages={row.proposed} />
      </div>
    </li>
  )
}

function Side({ title, outages }: { title: string; outages: OutageUnder[] }) {
  const { t } = useTranslation('backtest')
  const { heard, lasted } = useWords()
  return (
    <div className="min-w-0">
      <p className="text-xs text-subtle">{title}</p>
      {outages.length === 0 && <p className="text-muted">{t('nothing')}</p>}
      <ul className="grid gap-1">
        {outages.slice(0, MOST_SHOWN).map((outage) => (
          <li key={outage.started_at} className="flex flex-wrap items-baseline gap-x-2">
            <StateMark state={outage.state} look="shape" className="self-center" />
            <span>{lasted(outage)}</span>
            <span className="text-muted">{heard(outage)}</span>
          </li>
        ))}
      </ul>
      {outages.length > MOST_SHOWN && (
        <p className="text-subtle">{t('moreOutages', { count: outages.length - MOST_SHOWN })}</p>
      )}
    </div>
  )
}
