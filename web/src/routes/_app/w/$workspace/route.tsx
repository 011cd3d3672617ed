import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, notFound, Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { NotFound } from '@/components/not-found'
import { lastWorkspace, workspacesQuery, WorkspaceProvider } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace')({
  loader: async ({ context: { queryClient }, params }) => {
    const workspaces = await queryClient.query({ ...workspacesQuery, staleTime: 'static' })
    if (!workspaces.some(({ slug }) => slug === params.workspace)) throw notFound()
  },
  component: InWorkspace,
})

function InWorkspace() {
  const { workspace: slug } = Route.useParams()
  const { data: workspaces } = useSuspenseQuery(workspacesQuery)
  const workspace = workspaces.find((each) => each.slug === slug)
  useEffect(() => {
    lastWorkspace.set(slug)
  }, [slug])
  // It may be gone since it was loaded: the list is refreshed in the background.
  if (!workspace) return <NotFound />
  return (
    <WorkspaceProvider value={workspace} key={workspace.id}>
      <Outlet />
    </WorkspaceProvider>
  )
}
