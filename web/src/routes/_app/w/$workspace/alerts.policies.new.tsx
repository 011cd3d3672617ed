import { createFileRoute } from '@tanstack/react-router'
import { ObserverNotice } from '@/components/observer-notice'
import { PolicyEditor } from '@/features/alerting/policy-editor'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/alerts/policies/new')({ component: Edit })

function Edit() {
  const { workspace } = Route.useParams()
  const navigate = Route.useNavigate()
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <PolicyEditor
      onDone={() =>
        void navigate({ to: '/w/$workspace/alerts/policies', params: { workspace }, ignoreBlocker: true })
      }
    />
  )
}
