import { createFileRoute } from '@tanstack/react-router'
import { IncidentPage } from '@/features/incidents/incident-page'

export const Route = createFileRoute('/_app/w/$workspace/incidents/$incidentId')({ component: Incident })

function Incident() {
  const { incidentId } = Route.useParams()
  return <IncidentPage key={incidentId} incidentId={incidentId} />
}
