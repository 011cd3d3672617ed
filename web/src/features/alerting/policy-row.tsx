import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { PolicyPublic } from '@/client/types.gen'
import { CHANGES } from '@/lib/changes'
import { useCoversWords } from '@/lib/covers-words'
import { useFormat } from '@/lib/format'
import { useMay, useWorkspace } from '@/lib/workspace'
import type { useTargets } from './use-targets'

/** A policy in words: for which watchers, of what, the ladder of its steps. */
export function PolicyRow({
  policy,
  targets,
}: {
  policy: PolicyPublic
  targets: ReturnType<typeof useTargets>
}) {
  const { t } = useTranslation('alerting')
  const { slug } = useWorkspace()
  const may = useMay('admin')
  const format = useFormat()
  const covers = useCoversWords()
  const { name, steps, remind_every_s } = policy
  const changes =
    policy.changes.length === CHANGES.length
      ? t('change.all')
      : policy.changes.map((each) => t(`change.${each}`)).join(', ')
  return (
    <li className="grid gap-1.5 px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-2">
        {may ? (
          <Link
            to="/w/$workspace/alerts/policies/$policyId"
            params={{ workspace: slug, policyId: policy.id }}
            className="font-medium wrap-anywhere hover:underline"
          >
            {name}
          </Link>
        ) : (
          <span className="font-medium wrap-anywhere">{name}</span>
        )}
        {policy.is_default && (
          <span className="rounded-sm bg-sunken px-1.5 text-xs text-muted">{t('isDefault')}</span>
        )}
        {!policy.enabled && (
          <span className="rounded-sm bg-sunken px-1.5 text-xs text-muted">{t('state.off')}</span>
        )}
        <span className="text-muted">
          {covers(policy)} · {changes}
        </span>
      </p>
      <ol className="grid gap-0.5">
        {steps.map((step, index) => (
          <li key={index} className="flex flex-wrap gap-x-2">
            <span className="text-subtle">{targets.when(step.after_s)}</span>
            <span className="wrap-anywhere">
              <span aria-hidden className="mr-2 text-subtle">
                →
              </span>
              {targets.loaded ? targets.who(step) : '…'}
            </span>
          </li>
        ))}
        {remind_every_s !== null && (
          <li className="text-subtle">{t('ladder.remind', { time: format.duration(remind_every_s) })}</li>
        )}
      </ol>
      {policy.enabled && targets.loaded && !targets.reaches(policy) && (
        <p className="flex gap-2 text-down-fg">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {t('reachesNobody')}
        </p>
      )}
    </li>
  )
}
