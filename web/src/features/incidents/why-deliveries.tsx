import { Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeliveryPublic, PageMessages } from '@/client/types.gen'
import { DeliveryItem } from '@/components/delivery-item'

interface Props {
  deliveries: readonly DeliveryPublic[]
  pages: readonly PageMessages[]
}

/** Every message about it, each try, and what the other side answered; those to a page's subscribers as one line. */
export function WhyDeliveries({ deliveries, pages }: Props) {
  const { t } = useTranslation('incidents')
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">{t('why.deliveries')}</h3>
      {deliveries.length + pages.length === 0 && <p className="text-muted">{t('why.noDeliveries')}</p>}
      <ul className="divide-y">
        {pages.map((each) => (
          <ToSubscribers key={each.page_id} {...each} />
        ))}
        {deliveries.map((delivery) => (
          <DeliveryItem key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </section>
  )
}

const OUTCOMES = ['sent', 'waiting', 'given_up', 'taken_back'] as const

function ToSubscribers({ page, messages }: PageMessages) {
  const { t } = useTranslation('incidents')
  const counts = OUTCOMES.filter((each) => messages[each] > 0).map((each) =>
    t(`why.count.${each}`, { count: messages[each] }),
  )
  return (
    <li className="flex flex-wrap items-center gap-x-3 py-2">
      <span className="inline-flex items-center gap-1.5 font-medium wrap-anywhere">
        <Users aria-hidden className="size-4 text-muted" />
        {t('why.subscribers', { page })}
      </span>
      <span className="text-muted tabular">{counts.join(' · ')}</span>
    </li>
  )
}
