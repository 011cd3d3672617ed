import { CircleCheck, CircleMinus, CircleX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProbeSeen, ProbeTry } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { expectationsOf, type Expectation, type Outcome } from './expectations'
import { useTexts } from './use-texts'

interface Props {
  asked: ProbeTry
  seen: ProbeSeen
  onPlain: (() => void) | undefined
  onAccept: (status: number) => void
}

/** How the check would be judged, why, and by which expectation. */
export function Verdict({ asked, seen, onPlain, onAccept }: Props) {
  const { t } = useTranslation('editor')
  const { advice } = useTexts()
  const format = useFormat()
  const setting = seen.reason === 'blocked' ? /HEALTHER_\w+=\S+/.exec(seen.message ?? '')?.[0] : undefined
  const help = seen.reason === null ? undefined : advice(seen.reason)
  return (
    <section className="grid gap-4 p-5">
      <div className="grid gap-1.5">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 className="flex flex-wrap items-center gap-2.5 text-base font-semibold">
            <StateMark state={seen.status} look="badge" />
            {t(`verdict.${seen.status}`)}
          </h2>
          <span className="text-muted tabular">
            {seen.response_time_ms === null
              ? t('test.noAnswer')
              : t('test.total', { time: format.milliseconds(seen.response_time_ms) })}
          </span>
        </div>
        {help && <p className="max-w-prose">{help}</p>}
        {seen.message && (
          <p className="max-w-prose font-mono text-xs break-words text-muted" lang="en">
            {seen.message}
          </p>
        )}
      </div>
      {onPlain && (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border bg-sunken px-3 py-2">
          <p className="text-muted">{t('plain.text')}</p>
          <Button onClick={onPlain}>{t('plain.do')}</Button>
        </div>
      )}
      {setting && (
        <div className="grid gap-1.5">
          <p className="text-muted">{t('operator')}</p>
          <div className="flex items-center justify-between gap-2 rounded-md border bg-sunken py-1 pr-1 pl-3">
            <code className="min-w-0 font-mono text-xs break-all">{setting}</code>
            <CopyButton bare text={setting} label={t('copySetting')} />
          </div>
        </div>
      )}
      <Expectations asked={asked} seen={seen} onAccept={onAccept} />
    </section>
  )
}

const SHAPES = { passed: CircleCheck, failed: CircleX, worse: TriangleAlert, skipped: CircleMinus }
const COLOURS = {
  passed: 'text-healthy-solid',
  failed: 'text-down-solid',
  worse: 'text-degraded-solid',
  skipped: 'text-unknown-solid',
}

function Expectations({ asked, seen, onAccept }: Omit<Props, 'onPlain'>) {
  const { t } = useTranslation('editor')
  // The days a certificate had left when the answer came.
  const [now] = useState(() => Date.now())
  return (
    <ul aria-label={t('expect.title')} className="grid gap-2">
      {expectationsOf(asked, seen, now).map((each) => (
        <li key={each.about} className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Mark outcome={each.outcome} />
          <Told expectation={each} />
          {each.about === 'status' && each.outcome === 'failed' && each.got !== null && (
            <Accept status={each.got} onAccept={onAccept} />
          )}
        </li>
      ))}
    </ul>
  )
}

function Mark({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation('editor')
  const Shape = SHAPES[outcome]
  return (
    <>
      <Shape aria-hidden className={`size-4 shrink-0 ${COLOURS[outcome]}`} />
      <span className="sr-only">{t(`expect.${outcome === 'worse' ? 'failed' : outcome}`)}:</span>
    </>
  )
}

function Accept({ status, onAccept }: { status: number; onAccept: (status: number) => void }) {
  const { t } = useTranslation('editor')
  return (
    <Button
      variant="link"
      size="bare"
      onClick={() => {
        onAccept(status)
      }}
    >
      {t('expect.accept', { status })}
    </Button>
  )
}

function Told({ expectation: each }: { expectation: Expectation }) {
  const { t } = useTranslation('editor')
  const format = useFormat()
  const [said, got] = words()
  return (
    <>
      <span className="min-w-0 break-words">{said}</span>
      {each.outcome === 'skipped' ? (
        <span className="text-subtle">{t('expect.skipped')}</span>
      ) : (
        got && <span className="text-muted tabular">{got}</span>
      )}
    </>
  )

  function words(): [string, string?] {
    switch (each.about) {
      case 'status':
        return [
          t('expect.status', { expected: each.expected }),
          each.got === null ? undefined : t('expect.statusGot', { status: each.got }),
        ]
      case 'body':
        return [t('expect.body', { expected: each.expected })]
      case 'fast':
        return [
          t('expect.fast', { time: format.milliseconds(each.limitMs) }),
          each.gotMs === null ? undefined : format.milliseconds(each.gotMs),
        ]
      case 'certificate':
        return [t('expect.certificate', { count: each.days }), t('expect.daysLeft', { count: each.left })]
    }
  }
}
