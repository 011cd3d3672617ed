import { useQueryClient } from '@tanstack/react-query'
import type { WorkspacePublic } from '@/client/types.gen'
import { workspacesQuery } from '@/lib/workspace'

const byName = (one: WorkspacePublic, other: WorkspacePublic) => one.name.localeCompare(other.name)

/** What the whole app knows of the person's workspaces, kept right after a change. */
export function useWorkspaceCache() {
  const queryClient = useQueryClient()
  const change = (next: (known: WorkspacePublic[]) => WorkspacePublic[]) => {
    queryClient.setQueryData(workspacesQuery.queryKey, (known) => known && next(known).sort(byName))
  }
  return {
    put: (changed: WorkspacePublic) => {
      change((known) => [...known.filter(({ id }) => id !== changed.id), changed])
    },
    drop: (gone: string) => {
      change((known) => known.filter(({ id }) => id !== gone))
    },
    refresh: () => queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey }),
  }
}
