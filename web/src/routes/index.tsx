import { createFileRoute, redirect } from '@tanstack/react-router'
import { restore } from '@/lib/session'
import { setupQuery } from '@/lib/setup'
import { lastWorkspace, workspacesQuery } from '@/lib/workspace'

export const Route = createFileRoute('/')({
  beforeLoad: async ({ context: { queryClient } }) => {
    if (!(await restore())) {
      const { needed } = await queryClient.query(setupQuery)
      throw redirect({ to: needed ? '/set-up' : '/sign-in', replace: true })
    }
    const workspaces = await queryClient.query({ ...workspacesQuery, staleTime: 'static' })
    const slug = (workspaces.find(({ slug }) => slug === lastWorkspace.get()) ?? workspaces[0])?.slug
    if (slug === undefined) throw redirect({ to: '/workspaces/new', replace: true })
    throw redirect({ to: '/w/$workspace', params: { workspace: slug }, replace: true })
  },
})
