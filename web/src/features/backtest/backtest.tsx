import { useMutation } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { backtestRun } from '@/client/sdk.gen'
import { Empty } from '@/components/empty'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { asProblem } from '@/lib/problem'
import { useWorkspace } from '@/lib/workspace'
import { BacktestForm } from './backtest-form'
import { bodyOf, freshDraft, type Draft } from './draft'
import { Result } from './result'

const REFUSED = 422

/** Tries other rules on the checks there are: a form, and what would have come of it. */
export function Backtest({ watcherId }: { watcherId?: string }) {
  const { t } = useTranslation('backtest')
  const { id: workspace_id } = useWorkspace()
  const [initial] = useState(() => freshDraft(watcherId))
  const heading = useRef<HTMLDivElement>(null)
  const run = useMutation({
    mutationFn: async (draft: Draft) => {
      const body = bodyOf(draft, Date.now())
      return (await backtestRun({ path: { workspace_id }, body, throwOnError: true })).data
    },
    meta: { quiet: true },
  })
  const { data, error, isPending, variables } = run
  // Who asked by keyboard reads on where the answer is.
  useEffect(() => {
    if (data) heading.current?.focus()
  }, [data])
  const refused = error !== null && asProblem(error).status === REFUSED
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
      <BacktestForm initial={initial} pending={isPending} onRun={run.mutateAsync} />
      <div className="grid min-w-0 gap-4" aria-busy={isPending}>
        <p role="status" className="sr-only">
          {isPending ? t('running') : ''}
        </p>
        {isPending && (
          <>
            <Skeleton className="h-36" />
            <Skeleton className="h-64" />
          </>
        )}
        {!isPending && error && !refused && (
          <ErrorView
            error={error}
            onRetry={() => {
              run.mutate(variables)
            }}
          />
        )}
        {!isPending && data && (
          <div ref={heading} tabIndex={-1} className="grid min-w-0 gap-4 outline-none">
            <Result found={data} />
          </div>
        )}
        {!isPending && !data && (!error || refused) && (
          <Empty icon={FlaskConical} title={t('empty.title')}>
            <p>{t('empty.text')}</p>
          </Empty>
        )}
      </div>
    </div>
  )
}
