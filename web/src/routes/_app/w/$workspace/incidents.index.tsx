import { createFileRoute } from '@tanstack/react-router'
import { IncidentsPage } from '@/features/incidents/incidents-page'
import { parseIncidentsSearch } from '@/features/incidents/search'

export const Route = createFileRoute('/_app/w/$workspace/incidents/')({
  validateSearch: parseIncidentsSearch,
  component: Incidents,
})

function Incidents() {
  return <IncidentsPage search={Route.useSearch()} />
}
