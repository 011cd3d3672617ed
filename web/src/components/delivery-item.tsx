import { CircleCheck, CircleSlash, Clock, OctagonX, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeliveryPublic, DeliveryState } from '@/client/types.gen'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { becauseAdvice, becauseWords, isOfAddress } from '@/lib/incident-words'
import { messageWord } from '@/lib/message-words'

const ICONS: Record<DeliveryState, LucideIcon> = {
  queued: Clock,
  sent: CircleCheck,
  dead: OctagonX,
  cancelled: CircleSlash,
}
const TONE: Record<DeliveryState, string> = {
  queued: 'text-muted',
  sent: 'text-healthy-fg',
  dead: 'text-down-fg',
  cancelled: 'text-muted',
}

interface Props {
  delivery: DeliveryPublic
  className?: string
  /** Beside what it is: what can be done about it. */
  children?: ReactNode
}

/** A message on its way: what became of it, each try, and what the other side answered. */
export function DeliveryItem({ delivery, className, children }: Props) {
  const { t } = useTranslation('incidents')
  const format = useFormat()
  const Icon = ICONS[delivery.state]
  const { because } = delivery
  return (
    <li className={cn('py-2', className)}>
      <p className="flex flex-wrap items-center gap-x-3">
        <span className={cn('inline-flex items-center gap-1.5 font-medium', TONE[delivery.state])}>
          <Icon aria-hidden className="size-4" />
          {t(because && isOfAddress(because) ? 'why.delivery.withheld' : `why.delivery.${delivery.state}`)}
        </span>
        <span className="text-fg">
          {delivery.to} · {messageWord(t, delivery.kind)}
        </span>
        {children}
        <time
          dateTime={delivery.created_at}
          className="w-full pl-5.5 text-xs text-subtle tabular sm:ml-auto sm:w-auto sm:pl-0"
        >
          {format.dateTime(delivery.created_at)}
        </time>
      </p>
      <ol className="mt-1 grid gap-0.5 pl-5.5 text-muted">
        {delivery.attempts.map((attempt) => (
          <li key={attempt.number} className="break-words">
            <span className="tabular">
              {t('why.attempt', {
                number: attempt.number,
                time: format.dateTime(attempt.at),
                took: format.milliseconds(attempt.took_ms),
              })}
            </span>{' '}
            <span className="font-mono text-xs">{attempt.answer || attempt.outcome}</span>
          </li>
        ))}
        {because && <li className="wrap-anywhere">{becauseWords(t, because, delivery.answer ?? '')}</li>}
        {becauseAdvice(t, because).map((advice) => (
          <li key={advice}>{advice}</li>
        ))}
        {because && delivery.next_at && (
          <li>{t('why.waitsUntil', { time: format.dateTime(delivery.next_at) })}</li>
        )}
        {!because && delivery.answer && delivery.answer !== delivery.attempts.at(-1)?.answer && (
          <li className="font-mono text-xs break-words">{delivery.answer}</li>
        )}
        {delivery.next_at && delivery.attempts.length > 0 && (
          <li>{t('why.tryAgain', { time: format.dateTime(delivery.next_at) })}</li>
        )}
      </ol>
    </li>
  )
}
