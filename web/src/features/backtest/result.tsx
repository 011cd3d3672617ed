import { Info } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BacktestPublic } from '@/client/types.gen'
import { CheckField } from '@/components/check-field'
import { Section } from '@/components/section'
import { useFormat } from '@/lib/format'
import { OutageRow } from './outage-row'
import { useWords } from './use-words'

const FIGURES = ['outages', 'pages', 'messages'] as const

/** What would have come of it: in a sentence, in figures, outage by outage, and what cannot be known. */
export function Result({ found }: { found: BacktestPublic }) {
  const { t } = useTranslation('backtest')
  const format = useFormat()
  const { summary } = useWords()
  const differing = found.rows.filter(({ difference }) => difference !== 'same')
  const [all, setAll] = useState(false)
  const rows = all ? found.rows : differing
  return (
    <>
      <Section title={t('result')}>
        <p className="text-lg font-medium">{summary(found)}</p>
        <p className="mt-1 text-muted">
          {t('looked', {
            checks: t('checks', { count: found.checks, shown: format.number(found.checks) }),
            watchers: t('watchers', { count: found.watchers }),
            from: format.shortDateTime(found.from),
            to: format.shortDateTime(found.to),
          })}
        </p>
        <table className="mt-4 w-full max-w-lg text-left tabular">
          <caption className="sr-only">{t('figures')}</caption>
          <thead className="text-subtle">
            <tr className="border-b">
              <td />
              <th scope="col" className="py-1.5 pl-4 text-right font-medium">
                {t('present')}
              </th>
              <th scope="col" className="py-1.5 pl-4 text-right font-medium">
                {t('proposed')}
              </th>
            </tr>
          </thead>
          <tbody className="divide-y">
            {FIGURES.map((each) => (
              <tr key={each}>
                <th scope="row" className="py-1.5 font-normal">
                  {t(`figure.${each}`)}
                </th>
                <td className="py-1.5 pl-4 text-right text-muted">{format.number(found.present[each])}</td>
                <td className="py-1.5 pl-4 text-right font-medium">{format.number(found.proposed[each])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section
        title={t('rows')}
        padded={false}
        actions={
          differing.length < found.rows.length && (
            <CheckField
              label={t('showAll', { count: found.rows.length })}
              checked={all}
              onChange={({ target }) => {
                setAll(target.checked)
              }}
            />
          )
        }
      >
        {rows.length === 0 ? (
          <p className="px-4 pb-4 text-muted">{t(found.rows.length === 0 ? 'noOutage' : 'noDifference')}</p>
        ) : (
          <ol aria-label={t('rows')} className="divide-y border-t">
            {rows.map((row) => (
              <OutageRow key={`${row.watcher_id} ${row.from}`} row={row} />
            ))}
          </ol>
        )}
        {found.left_off > 0 && (
          <p className="border-t px-4 py-3 text-muted">{t('leftOff', { count: found.left_off })}</p>
        )}
      </Section>
      {found.limits.length > 0 && (
        <Section title={t('limits')}>
          <ul className="grid gap-2">
            {found.limits.map(({ code }) => (
              <li key={code} className="flex max-w-prose gap-2 text-muted">
                <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
                <span>{t(`limit.${code}`)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
