import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { StateMark } from '@/components/state-mark'
import { overviewQuery } from '@/lib/overview'
import { useWorkspace } from '@/lib/workspace'

/** The watchers that one needs, with how they are. */
export function Parents({ ids }: { ids: string[] }) {
  const { id, slug } = useWorkspace()
  const { data } = useQuery(overviewQuery(id))
  const found = data?.watchers.filter((watcher) => ids.includes(watcher.id)) ?? []
  return (
    <ul className="grid gap-1">
      {found.map((watcher) => (
        <li key={watcher.id} className="flex flex-wrap items-baseline gap-x-2">
          <Link
            to="/w/$workspace/watchers/$watcherId"
            params={{ workspace: slug, watcherId: watcher.id }}
            className="text-accent-text underline-offset-4 hover:underline"
          >
            {watcher.name}
          </Link>
          <StateMark state={watcher.state} className="text-xs" />
        </li>
      ))}
    </ul>
  )
}
