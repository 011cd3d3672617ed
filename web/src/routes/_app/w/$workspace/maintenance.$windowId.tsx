import { createFileRoute } from '@tanstack/react-router'
import { ObserverNotice } from '@/components/observer-notice'
import { EditWindow } from '@/features/maintenance/edit-window'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/maintenance/$windowId')({ component: Edit })

function Edit() {
  const { workspace, windowId } = Route.useParams()
  const navigate = Route.useNavigate()
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <EditWindow
      key={windowId}
      windowId={windowId}
      onSaved={() =>
        void navigate({ to: '/w/$workspace/maintenance', params: { workspace }, ignoreBlocker: true })
      }
    />
  )
}
