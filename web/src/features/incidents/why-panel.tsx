import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail, Why } from '@/client/types.gen'
import { ErrorView } from '@/components/error-view'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { isBecause } from '@/lib/incident-words'
import { whyQuery } from '@/lib/incidents'
import { useWorkspace } from '@/lib/workspace'
import { useEntryDetails, useEntryWords } from './entry-words'
import { EntryIcon } from './entry-icon'
import { WhyChecks } from './why-checks'
import { WhyDeliveries } from './why-deliveries'

interface Props {
  incident: IncidentDetail
  refetchInterval: number | false
}

/** Why was I (not) paged: the answer in a sentence, then all it rests on. */
export function WhyPanel({ incident, refetchInterval }: Props) {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const { data: why, error, refetch } = useQuery({ ...whyQuery(id, incident.id), refetchInterval })
  return (
    <Section title={t('why.title')}>
      {!why && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {!why && !error && <Skeleton className="h-24" />}
      {why && (
        <div className="grid gap-5">
          <Answer why={why} manual={incident.origin === 'manual'} />
          <WhyChecks checks={why.checks} />
          <Rules why={why} />
          <Decisions why={why} />
          <WhyDeliveries deliveries={why.deliveries.items} pages={why.pages} />
        </div>
      )}
    </Section>
  )
}

const OUTCOMES = ['sent', 'waiting', 'quiet', 'capped', 'given_up', 'taken_back', 'withheld'] as const

function Answer({ why, manual }: { why: Why; manual: boolean }) {
  const { t } = useTranslation('incidents')
  const said = [
    ...(why.hold === null ? [] : [t(`hold.${why.hold}`)]),
    ...OUTCOMES.filter((each) => why.messages[each] > 0).map((each) =>
      t(`why.messages.${each}`, { count: why.messages[each] }),
    ),
  ]
  if (said.length > 0) return <p className="font-medium">{said.join(' ')}</p>
  if (manual) return <p className="font-medium">{t('why.byHand')}</p>
  const uncovered = why.decisions.some(({ facts }) => isBecause(facts.because, 'no_policy'))
  return <p className="font-medium">{t(uncovered ? 'why.noRule' : 'why.untold')}</p>
}

function Rules({ why }: { why: Why }) {
  const { t } = useTranslation('incidents')
  const format = useFormat()
  if (why.runs.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">{t('why.rules')}</h3>
      <ul>
        {why.runs.map((run) => (
          <li key={`${run.policy_id} ${run.started_at}`} className="flex flex-wrap gap-x-3">
            <span>
              {t('why.run', { policy: run.policy, steps: t('why.steps', { count: run.next_step }) })}
            </span>
            {run.next_at && (
              <span className="text-muted">{t('why.next', { time: format.dateTime(run.next_at) })}</span>
            )}
            {run.end_reason && (
              <span className="text-muted">{t('why.ended', { reason: ending(t, run.end_reason) })}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

const ENDINGS = {
  resolved: 'why.ending.resolved',
  acknowledged: 'why.ending.acknowledged',
  'policy switched off': 'why.ending.policyOff',
} as const

/** Why a policy went no further; a newer server may know more reasons. */
function ending(t: TFunction<'incidents'>, reason: string): string {
  return reason in ENDINGS ? t(ENDINGS[reason as keyof typeof ENDINGS]) : reason
}

function Decisions({ why }: { why: Why }) {
  const { t } = useTranslation('incidents')
  const words = useEntryWords()
  const details = useEntryDetails()
  const format = useFormat()
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">{t('why.decisions')}</h3>
      {why.decisions.length === 0 && <p className="text-muted">{t('why.noDecisions')}</p>}
      <ol className="grid gap-1.5">
        {why.decisions.map((entry) => (
          <li key={entry.id} className="flex items-start gap-2.5">
            <EntryIcon entry={entry} />
            <div className="flex-1 pt-0.5">
              <p className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span>{words(entry)}</span>
                <time dateTime={entry.at} className="text-xs text-subtle tabular">
                  {format.dateTime(entry.at)}
                </time>
              </p>
              <p className="break-words text-muted empty:hidden">
                {details(entry, format.shortDateTime).join(' · ')}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
