import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { Shell } from '@/features/shell/shell'
import { meQuery } from '@/lib/me'
import { applyPreferences } from '@/lib/preferences'
import { restore } from '@/lib/session'
import { workspacesQuery } from '@/lib/workspace'

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ location }) => {
    if (!(await restore())) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true })
  },
  loader: async ({ context: { queryClient } }) => {
    const [me] = await Promise.all([
      queryClient.query({ ...meQuery, staleTime: 'static' }),
      queryClient.query({ ...workspacesQuery, staleTime: 'static' }),
    ])
    await applyPreferences(queryClient, me)
  },
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
})
