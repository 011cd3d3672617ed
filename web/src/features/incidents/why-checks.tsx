import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { LedToIt } from '@/client/types.gen'
import { StateMark } from '@/components/state-mark'
import { useFailureWords } from '@/lib/failure-words'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'

/** The last checks before and the first ones of the failure, by watcher. */
export function WhyChecks({ checks }: { checks: readonly LedToIt[] }) {
  const { t } = useTranslation('incidents')
  const { slug } = useWorkspace()
  const format = useFormat()
  const failure = useFailureWords()
  if (checks.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">{t('why.checks')}</h3>
      <ul className="grid gap-3">
        {checks.map((watcher) => (
          <li key={watcher.watcher_id}>
            <Link
              to="/w/$workspace/watchers/$watcherId"
              params={{ workspace: slug, watcherId: watcher.watcher_id }}
              className="font-medium hover:underline"
            >
              {watcher.name}
            </Link>
            {watcher.checks.length === 0 && <p className="text-muted">{t('why.noChecks')}</p>}
            <ol className="mt-1 grid gap-1">
              {watcher.checks.map((check) => (
                <li key={check.id} className="grid grid-cols-[6rem_auto_minmax(0,1fr)] items-center gap-x-3">
                  <StateMark state={check.status} className="text-xs" />
                  <time dateTime={check.created_at} className="text-subtle tabular">
                    {format.dateTime(check.created_at)}
                  </time>
                  <span className="truncate text-muted max-sm:col-span-3" title={check.message ?? undefined}>
                    {failure(check.reason, check.message)}
                  </span>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </section>
  )
}
