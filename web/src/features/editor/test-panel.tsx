import { Activity, RotateCw, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ProbeTry } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import type { ProblemError } from '@/lib/problem'
import { Received } from './received'
import type { TestRun } from './use-test'
import { Verdict } from './verdict'
import { Waterfall } from './waterfall'

interface Props {
  run: TestRun
  /** Whether the form no longer says what was tested. */
  stale: boolean
  onTest: () => void
  onStop: () => void
  /** Tests over http instead, where that may be what was meant. */
  onPlain: (() => void) | undefined
  onAccept: (status: number) => void
}

/** What a test saw, beside the form. */
export function TestPanel({ run, stale, onTest, onStop, onPlain, onAccept }: Props) {
  const { t } = useTranslation('editor')
  return (
    <Card aria-label={t('test.title')} className="min-w-0 overflow-hidden">
      {run.at === 'idle' && <Idle />}
      {run.at === 'running' && <Running asked={run.asked} onStop={onStop} />}
      {run.at === 'refused' && <Refused problem={run.problem} onTest={onTest} />}
      {run.at === 'done' && (
        <>
          {stale && (
            <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b bg-sunken px-5 py-2 text-muted">
              {t('test.stale')}
              <Button variant="link" size="bare" onClick={onTest}>
                {t('test.again')}
              </Button>
            </div>
          )}
          <div className="grid divide-y">
            <Verdict asked={run.asked} seen={run.seen} onPlain={onPlain} onAccept={onAccept} />
            <Waterfall seen={run.seen} />
            <Received seen={run.seen} />
          </div>
        </>
      )}
      <Announcement run={run} />
    </Card>
  )
}

/** Says politely what a test came to. */
function Announcement({ run }: { run: TestRun }) {
  const { t } = useTranslation('editor')
  const { t: common } = useTranslation()
  return (
    <p role="status" className="sr-only">
      {run.at === 'running' && t('test.running', { host: hostOf(run.asked) })}
      {run.at === 'done' && t('test.done', { state: common(`state.${run.seen.status}`) })}
    </p>
  )
}

const hostOf = ({ url }: ProbeTry) => (URL.canParse(url) ? new URL(url).host : url)

/** The shape of what will be here. */
const STAIRS = ['ml-0 w-2/12', 'ml-[17%] w-2/12', 'ml-[34%] w-3/12', 'ml-[59%] w-5/12', 'ml-[94%] w-1/12']

function Idle() {
  const { t } = useTranslation('editor')
  return (
    <div className="grid gap-6 p-5 sm:p-6">
      <div className="flex gap-3">
        <Activity aria-hidden className="mt-0.5 size-5 shrink-0 text-subtle" strokeWidth={1.75} />
        <div>
          <h2 className="text-base font-semibold">{t('test.idle')}</h2>
          <p className="mt-0.5 max-w-prose text-muted">{t('test.idleText')}</p>
        </div>
      </div>
      <div aria-hidden className="hidden gap-3 overflow-hidden opacity-70 sm:grid">
        {STAIRS.map((place) => (
          <div key={place} className="grid grid-cols-[5rem_1fr] items-center gap-3">
            <span className="h-2 rounded-sm bg-hover" />
            <span className={`h-2.5 rounded-sm bg-hover ${place}`} />
          </div>
        ))}
      </div>
    </div>
  )
}

function Running({ asked, onStop }: { asked: ProbeTry; onStop: () => void }) {
  const { t } = useTranslation('editor')
  const format = useFormat()
  return (
    <div className="grid gap-6 p-5 sm:p-6">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate text-base font-semibold">{t('test.running', { host: hostOf(asked) })}</h2>
          <p className="mt-0.5 text-muted">
            {t('test.runningText', { time: format.milliseconds(asked.timeout_ms ?? 0) })}
          </p>
        </div>
        <Button onClick={onStop}>{t('test.stop')}</Button>
      </div>
      <div className="grid gap-3 overflow-hidden">
        {STAIRS.map((place) => (
          <div key={place} className="grid grid-cols-[5rem_1fr] items-center gap-3">
            <Skeleton className="h-2 rounded-sm" />
            <Skeleton className={`h-2.5 rounded-sm ${place}`} />
          </div>
        ))}
      </div>
    </div>
  )
}

function Refused({ problem, onTest }: { problem: ProblemError; onTest: () => void }) {
  const { t } = useTranslation('editor')
  const { t: common } = useTranslation()
  const fields = problem.fields.map(({ message }) => message)
  return (
    <div role="alert" className="grid justify-items-start gap-3 p-5 sm:p-6">
      <h2 className="flex items-center gap-2 text-base font-semibold">
        <TriangleAlert aria-hidden className="size-4 text-down-solid" />
        {t('test.refused')}
      </h2>
      {fields.length > 0 ? (
        <ul className="grid gap-1">
          {fields.map((message) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      ) : (
        <p>{problem.unreachable ? common('error.unreachable') : problem.message}</p>
      )}
      {fields.length > 0 && <p className="text-muted">{t('test.refusedFields')}</p>}
      <Button onClick={onTest}>
        <RotateCw aria-hidden />
        {t('test.again')}
      </Button>
    </div>
  )
}
