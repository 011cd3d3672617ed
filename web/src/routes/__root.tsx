import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { Toasts } from '@/components/toasts'
import { loadEveryText } from '@/lib/i18n'

// All that they say comes with the app itself.
const LIGHT: readonly (string | undefined)[] = ['/', '/sign-in', '/set-up', '/_app/w/$workspace/']

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  beforeLoad: async ({ matches }) => {
    if (!LIGHT.includes(matches.at(-1)?.routeId)) await loadEveryText()
  },
  component: Root,
})

function Root() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  )
}
