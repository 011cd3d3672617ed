import { createFileRoute } from '@tanstack/react-router'
import { parseWatcherSearch } from '@/features/watcher/search'
import { WatcherPage } from '@/features/watcher/watcher-page'

export const Route = createFileRoute('/_app/w/$workspace/watchers/$watcherId/')({
  validateSearch: parseWatcherSearch,
  component: Watcher,
})

function Watcher() {
  const { watcherId } = Route.useParams()
  return <WatcherPage key={watcherId} watcherId={watcherId} search={Route.useSearch()} />
}
