import { createFileRoute } from '@tanstack/react-router'
import { StatusPageEditor } from '@/features/status-pages/editor'

export const Route = createFileRoute('/_app/w/$workspace/status-pages/$pageId')({ component: StatusPage })

function StatusPage() {
  const { workspace, pageId } = Route.useParams()
  const navigate = Route.useNavigate()
  return (
    <StatusPageEditor
      key={pageId}
      pageId={pageId}
      onGone={() =>
        // What is gone has no changes to be saved.
        void navigate({ to: '/w/$workspace/status-pages', params: { workspace }, ignoreBlocker: true })
      }
    />
  )
}
