import { useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { CHANGE_DAYS, changesQuery, type Path } from './queries'
import { asReason } from '@/lib/reasons'
import { Section } from '@/components/section'

const SHOWN = 6

/** What changed when, and how long it stayed so. */
export function ChangesSection({ path }: { path: Path }) {
  const { t } = useTranslation('watcher')
  const { t: why } = useTranslation('reasons')
  const format = useFormat()
  const [all, setAll] = useState(false)
  const { data: changes, error, refetch } = useQuery(changesQuery(path, CHANGE_DAYS))
  const shown = all ? changes : changes?.slice(0, SHOWN)
  return (
    <Section title={t('changes.title')} padded={false}>
      {!changes && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {!changes && !error && <Skeleton className="mx-4 mb-4 h-24" />}
      {changes?.length === 0 && <p className="px-4 pb-4 text-muted">{t('changes.none')}</p>}
      <ol className="divide-y">
        {shown?.map((change, index) => {
          const next = changes?.[index - 1]
          const reason = asReason(change.reason)
          return (
            <li key={change.id} className="grid gap-0.5 px-4 py-2">
              <p className="flex flex-wrap items-center gap-x-1.5">
                <StateMark state={change.from_state} look="shape" />
                <ArrowRight aria-hidden className="size-3 text-subtle" />
                <StateMark state={change.to_state} />
                <span className="ml-auto text-xs text-subtle tabular">
                  {next &&
                    t('changes.for', {
                      time: format.duration((Date.parse(next.at) - Date.parse(change.at)) / 1000),
                    })}
                </span>
              </p>
              <p className="text-xs text-muted tabular">{format.dateTime(change.at)}</p>
              {reason && <p className="text-xs text-muted">{why(reason)}</p>}
            </li>
          )
        })}
      </ol>
      {changes && changes.length > SHOWN && (
        <div className="border-t p-2 text-center">
          <Button
            variant="ghost"
            aria-expanded={all}
            onClick={() => {
              setAll(!all)
            }}
          >
            {all ? t('changes.fewer') : t('changes.more', { count: changes.length - SHOWN })}
          </Button>
        </div>
      )}
    </Section>
  )
}
