import { useQuery } from '@tanstack/react-query'
import { ErrorView } from '@/components/error-view'
import { NotFound } from '@/components/not-found'
import { PageSkeleton } from '@/components/skeleton'
import { useWorkspace } from '@/lib/workspace'
import { draftOf } from './draft'
import { windowQuery } from './queries'
import { WindowForm } from './window-form'

/** Changes a window that is there. */
export function EditWindow({ windowId, onSaved }: { windowId: string; onSaved: () => void }) {
  const { id } = useWorkspace()
  const { data, error, refetch } = useQuery(windowQuery(id, windowId))
  if (error?.status === 404 || error?.status === 422) return <NotFound />
  if (data) return <WindowForm initial={draftOf(data)} window={data} onSaved={onSaved} />
  if (!error) return <PageSkeleton />
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <ErrorView error={error} onRetry={() => void refetch()} />
    </div>
  )
}
