import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, notFound, Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { NotFound } from '@/components/not-found'
import { LiveWorkspace } from '@/features/shell/live-workspace'
import { overviewQuery } from '@/lib/overview'
import { lastWorkspace, workspacesQuery, WorkspaceProvider } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace')({
  loader: async ({ context: { queryClient }, params }) => {
    const workspaces = await queryClient.query({ ...workspacesQuery, staleTime: 'static' })
    const workspace = workspaces.find(({ slug }) => slug === params.workspace)
    if (!workspace) throw notFound()
    // Every page of it shows the worst state; asked for while the page's own part is still on its way.
    queryClient.query({ ...overviewQuery(workspace.id), staleTime: 'static' }).catch(() => {
      // Whoever shows it asks again, and says what is wrong.
    })
    return { id: workspace.id }
  },
  component: InWorkspace,
})

function InWorkspace() {
  const { id } = Route.useLoaderData()
  const { workspace: slug } = Route.useParams()
  const navigate = useNavigate()
  const { data: workspaces } = useSuspenseQuery(workspacesQuery)
  const workspace = workspaces.find((each) => each.id === id)
  const current = workspace?.slug
  useEffect(() => {
    if (current === undefined) return
    lastWorkspace.set(current)
    // It has been renamed: the page stays, its address follows.
    if (current !== slug) {
      void navigate({ to: '.', params: (before) => ({ ...before, workspace: current }), replace: true })
    }
  }, [current, slug, navigate])
  // It may be gone since it was loaded: the list is refreshed in the background.
  if (!workspace) return <NotFound />
  return (
    <WorkspaceProvider value={workspace} key={workspace.id}>
      <LiveWorkspace>
        <Outlet />
      </LiveWorkspace>
    </WorkspaceProvider>
  )
}
