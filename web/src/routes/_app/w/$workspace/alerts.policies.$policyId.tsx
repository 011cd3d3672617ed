import { createFileRoute } from '@tanstack/react-router'
import { ObserverNotice } from '@/components/observer-notice'
import { PolicyEditor } from '@/features/alerting/policy-editor'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/alerts/policies/$policyId')({ component: Edit })

function Edit() {
  const { workspace, policyId } = Route.useParams()
  const navigate = Route.useNavigate()
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <PolicyEditor
      key={policyId}
      policyId={policyId}
      onDone={() =>
        void navigate({ to: '/w/$workspace/alerts/policies', params: { workspace }, ignoreBlocker: true })
      }
    />
  )
}
