import { createFileRoute } from '@tanstack/react-router'
import { WatcherPage } from '@/features/watcher/watcher-page'

export const Route = createFileRoute('/_app/w/$workspace/watchers/$watcherId/')({ component: Watcher })

function Watcher() {
  const { watcherId } = Route.useParams()
  return <WatcherPage watcherId={watcherId} />
}
