import { useSuspenseQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { WorkspacePublic } from '@/client/types.gen'
import { lastWorkspace, workspacesQuery } from '@/lib/workspace'

/** The workspace of the address or, on a page outside of any, the one somebody was in last. */
export function useCurrentWorkspace(): { current: WorkspacePublic | undefined; all: WorkspacePublic[] } {
  const { workspace } = useParams({ strict: false })
  const { data: all } = useSuspenseQuery(workspacesQuery)
  const slug = workspace ?? lastWorkspace.get()
  return {
    current: all.find((each) => each.slug === slug) ?? (workspace === undefined ? all[0] : undefined),
    all,
  }
}
