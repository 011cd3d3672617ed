import { CircleCheck, LoaderCircle, OctagonX, Send } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ChannelTested, Grounds } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ProblemNotice } from '@/components/problem-notice'
import { useFormat } from '@/lib/format'
import { becauseAdvice, becauseWords } from '@/lib/incident-words'
import type { ProblemError } from '@/lib/problem'

interface Props {
  pending: boolean
  answer: ChannelTested | undefined
  problem: ProblemError | null
  onTest: () => void
}

/** Sends a test message and shows what the other side said to it. */
export function TestAnswer({ pending, answer, problem, onTest }: Props) {
  const { t } = useTranslation('alerting')
  const format = useFormat()
  const Icon = answer?.taken ? CircleCheck : OctagonX
  return (
    <div className="grid justify-items-start gap-3">
      <Button aria-disabled={pending} onClick={pending ? undefined : onTest}>
        {pending ? <LoaderCircle aria-hidden className="animate-spin" /> : <Send aria-hidden />}
        {t('test.do')}
      </Button>
      <div role="status" className="min-w-0 empty:hidden">
        {pending && <p className="text-muted">{t('test.running')}</p>}
        {!pending && answer && (
          <div className="grid gap-1">
            <p className={answer.taken ? 'flex gap-2 text-healthy-fg' : 'flex gap-2 text-down-fg'}>
              <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
              <span className="font-medium">
                {t(answer.taken ? 'test.taken' : 'test.notTaken', {
                  time: format.milliseconds(answer.took_ms),
                })}
              </span>
            </p>
            {answer.because ? (
              <NotSent because={answer.because} />
            ) : (
              <p className="pl-6 font-mono text-xs break-words text-muted">{answer.answer}</p>
            )}
          </div>
        )}
      </div>
      {!pending && <ProblemNotice problem={problem} />}
    </div>
  )
}

function NotSent({ because }: { because: Grounds }) {
  const { t } = useTranslation('incidents')
  return [becauseWords(t, because, ''), ...becauseAdvice(t, because)].map((each) => (
    <p key={each} className="pl-6 wrap-anywhere text-muted">
      {each}
    </p>
  ))
}
