import { createFileRoute } from '@tanstack/react-router'
import { RotationPage } from '@/features/alerting/rotation-page'

export const Route = createFileRoute('/_app/w/$workspace/alerts/on-call/$rotationId')({ component: OnCall })

function OnCall() {
  const { workspace, rotationId } = Route.useParams()
  const navigate = Route.useNavigate()
  return (
    <RotationPage
      key={rotationId}
      rotationId={rotationId}
      onGone={() => void navigate({ to: '/w/$workspace/alerts/on-call', params: { workspace } })}
    />
  )
}
