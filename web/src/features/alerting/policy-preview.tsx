import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { PolicyCreate } from '@/client/types.gen'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { useSettled } from '@/lib/use-settled'
import { useWorkspace } from '@/lib/workspace'
import { namesSomebody } from './policy-draft'
import { previewQuery } from './queries'

/** What the policy would do if something went down now: healther's own words, as it would act. */
export function PolicyPreview({ policy }: { policy: PolicyCreate }) {
  const { t } = useTranslation('alerting')
  const { id } = useWorkspace()
  const format = useFormat()
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
          <ol className="grid gap-2" lang="en">
            {data.lines.map(({ at, words }, index) => (
              <li key={index} className="grid wrap-anywhere">
                <span>{words}</span>
                <time dateTime={at} className="text-xs text-subtle tabular">
                  {format.shortDateTime(at)}
                </time>
              </li>
            ))}
          </ol>
          <p className="text-muted" lang="en">
            {data.then}
          </p>
        </div>
      )}
    </Section>
  )
}
