import { createFileRoute } from '@tanstack/react-router'
import { ObserverNotice } from '@/components/observer-notice'
import { EditChannel } from '@/features/alerting/channel-editor'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/alerts/channels/$channelId')({ component: Edit })

function Edit() {
  const { workspace, channelId } = Route.useParams()
  const navigate = Route.useNavigate()
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <EditChannel
      key={channelId}
      channelId={channelId}
      onDone={() => void navigate({ to: '/w/$workspace/alerts', params: { workspace }, ignoreBlocker: true })}
    />
  )
}
