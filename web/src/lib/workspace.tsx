import { queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { workspacesList } from '@/client/sdk.gen'
import type { Role, WorkspacePublic } from '@/client/types.gen'
import { everyPage } from './every-page'

const RANK: Record<Role, number> = { observer: 0, admin: 1, owner: 2 }
const KEY = 'healther.workspace'

/** Every workspace of the person who is signed in, by name. */
export const workspacesQuery = queryOptions({
  queryKey: ['workspaces'],
  queryFn: ({ signal }) =>
    everyPage((cursor) => workspacesList({ query: { limit: 100, cursor }, signal, throwOnError: true })),
})

const Current = createContext<WorkspacePublic | null>(null)
export const WorkspaceProvider = Current.Provider

/** The workspace of the address `/w/$workspace`; only below that route. */
export function useWorkspace(): WorkspacePublic {
  const workspace = useContext(Current)
  if (!workspace) throw new Error('useWorkspace is for pages below /w/$workspace')
  return workspace
}

/** Whether the reader's role in the workspace is at least this one: show no control to whom it would refuse. */
export function useMay(minimum: Role): boolean {
  return RANK[useWorkspace().role] >= RANK[minimum]
}

/** The workspace somebody was in last, in this browser. */
export const lastWorkspace = {
  get: () => localStorage.getItem(KEY),
  set: (slug: string) => {
    localStorage.setItem(KEY, slug)
  },
}
