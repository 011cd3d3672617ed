import { createFileRoute } from '@tanstack/react-router'
import { ObserverNotice } from '@/components/observer-notice'
import { NewIncident } from '@/features/incidents/new-incident'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/incidents/new')({ component: New })

function New() {
  const { workspace } = Route.useParams()
  const navigate = Route.useNavigate()
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <NewIncident
      onCreated={(incidentId) =>
        void navigate({
          to: '/w/$workspace/incidents/$incidentId',
          params: { workspace, incidentId },
          ignoreBlocker: true,
        })
      }
    />
  )
}
