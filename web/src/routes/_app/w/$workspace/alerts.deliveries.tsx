import { createFileRoute } from '@tanstack/react-router'
import { DeliveriesPage } from '@/features/alerting/deliveries-page'
import { parseDeliveriesSearch } from '@/features/alerting/deliveries-search'

export const Route = createFileRoute('/_app/w/$workspace/alerts/deliveries')({
  validateSearch: parseDeliveriesSearch,
  component: Deliveries,
})

function Deliveries() {
  return <DeliveriesPage search={Route.useSearch()} />
}
