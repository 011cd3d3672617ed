import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { PolicyCreate, PreviewLine } from '@/client/types.gen'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { becauseWords } from '@/lib/incident-words'
import { useSettled } from '@/lib/use-settled'
import { useWorkspace } from '@/lib/workspace'
import { namesSomebody } from './policy-draft'
import { previewQuery } from './queries'

/** A line of the preview as a sentence. */
function useLineWords() {
  const { t } = useTranslation('alerting')
  const { t: incidents } = useTranslation('incidents')
  const format = useFormat()
  return ({ after_s, rotation, nobody, to, why_not, quiet_until, by_mail }: PreviewLine): string => {
    const due = after_s === 0 ? t('preview.now') : t('preview.after', { time: format.duration(after_s) })
    const when = rotation === null ? due : t('preview.onCall', { when: due, rotation })
    if (nobody) return t('preview.nobody', { when })
    if (why_not) return t('preview.nothing', { when, to, why: becauseWords(incidents, why_not, '') })
    if (quiet_until) return t('preview.quiet', { when, to, time: format.shortDateTime(quiet_until) })
    return t(by_mail ? 'preview.mail' : 'preview.channel', { when, to })
  }
}

/** What the policy would do if something went down now, as healther would act. */
export function PolicyPreview({ policy }: { policy: PolicyCreate }) {
  const { t } = useTranslation('alerting')
  const { id } = useWorkspace()
  const format = useFormat()
  const words = useLineWords()
  const ready = policy.steps.every(namesSomebody)
  const asked = useSettled(JSON.stringify(ready ? { ...policy, name: policy.name || '-' } : null))
  const { data, error, isPending } = useQuery(previewQuery(id, JSON.parse(asked) as PolicyCreate | null))
  return (
    <Section title={t('preview.title')} className="lg:sticky lg:top-5">
      {!ready && <p className="text-muted">{t('preview.incomplete')}</p>}
      {ready && isPending && <Skeleton className="h-24" />}
      {ready && error && (
        <p className="wrap-anywhere text-muted">{error.fields[0]?.message ?? error.message}</p>
      )}
      {ready && data && (
        <div className="grid gap-3">
          <p className="wrap-anywhere text-muted">
            {t('preview.covers', { count: data.watchers })}
            {data.names.length > 0 && ` ${data.names.join(', ')}`}
            {data.watchers > data.names.length && ' …'}
          </p>
          <ol className="grid gap-2">
            {data.lines.map((line, index) => (
              <li key={index} className="grid wrap-anywhere">
                <span>{words(line)}</span>
                <time dateTime={line.at} className="text-xs text-subtle tabular">
                  {format.shortDateTime(line.at)}
                </time>
              </li>
            ))}
          </ol>
          <p className="text-muted">
            {t(`preview.then.${data.afterwards}`, { time: format.duration(data.remind_every_s ?? 0) })}
          </p>
        </div>
      )}
    </Section>
  )
}
