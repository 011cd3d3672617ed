import { CircleCheck, CircleSlash, Clock, OctagonX, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeliveryPublic, DeliveryState } from '@/client/types.gen'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { messageWord } from './entry-words'

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

/** Every message about it, each try, and what the other side answered. */
export function WhyDeliveries({ deliveries }: { deliveries: readonly DeliveryPublic[] }) {
  const { t } = useTranslation('incidents')
  const format = useFormat()
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">{t('why.deliveries')}</h3>
      {deliveries.length === 0 && <p className="text-muted">{t('why.noDeliveries')}</p>}
      <ul className="divide-y">
        {deliveries.map((delivery) => {
          const Icon = ICONS[delivery.state]
          return (
            <li key={delivery.id} className="py-2">
              <p className="flex flex-wrap items-center gap-x-3">
                <span className={cn('inline-flex items-center gap-1.5 font-medium', TONE[delivery.state])}>
                  <Icon aria-hidden className="size-4" />
                  {t(`why.delivery.${delivery.state}`)}
                </span>
                <span>
                  {delivery.to} · {messageWord(t, delivery.kind)}
                </span>
                <time dateTime={delivery.created_at} className="ml-auto text-xs text-subtle tabular">
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
                {delivery.next_at && delivery.attempts.length > 0 && (
                  <li>{t('why.tryAgain', { time: format.dateTime(delivery.next_at) })}</li>
                )}
              </ol>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
