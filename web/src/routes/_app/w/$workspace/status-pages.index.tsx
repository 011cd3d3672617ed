import { createFileRoute } from '@tanstack/react-router'
import { StatusPages } from '@/features/status-pages/list'

export const Route = createFileRoute('/_app/w/$workspace/status-pages/')({ component: Pages })

function Pages() {
  const { workspace } = Route.useParams()
  const navigate = Route.useNavigate()
  return (
    <StatusPages
      onCreated={(pageId) =>
        void navigate({ to: '/w/$workspace/status-pages/$pageId', params: { workspace, pageId } })
      }
    />
  )
}
