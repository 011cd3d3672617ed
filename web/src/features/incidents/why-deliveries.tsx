import { useTranslation } from 'react-i18next'
import type { DeliveryPublic } from '@/client/types.gen'
import { DeliveryItem } from '@/components/delivery-item'

/** Every message about it, each try, and what the other side answered. */
export function WhyDeliveries({ deliveries }: { deliveries: readonly DeliveryPublic[] }) {
  const { t } = useTranslation('incidents')
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">{t('why.deliveries')}</h3>
      {deliveries.length === 0 && <p className="text-muted">{t('why.noDeliveries')}</p>}
      <ul className="divide-y">
        {deliveries.map((delivery) => (
          <DeliveryItem key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </section>
  )
}
