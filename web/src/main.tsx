import { QueryClientProvider } from '@tanstack/react-query'
import { type AnyRoute, RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { newQueryClient, setUpClient } from './lib/api'
import { loadEveryText, setUpLanguage } from './lib/i18n'
import { onSession } from './lib/session'
import { newRouter } from './router'
import './styles/app.css'

const PRELOAD_AFTER_MS = 3000
const LINKED = ['/email', '/forgotten', '/invitation', '/reset']

setUpClient()
const queryClient = newQueryClient()
const router = newRouter(queryClient)

onSession((change) => {
  if (change === 'signed-in') return
  // Nothing of one account is left for the next one.
  queryClient.clear()
  // Who did not ask for it comes back here after signing in again; who follows a link from a mail needs no sign-in.
  const stays = change === 'ended' || LINKED.includes(router.state.location.pathname)
  void (stays ? router.invalidate() : router.navigate({ to: '/sign-in', replace: true }))
})

// The router would load the whole page anew; while the server is away nothing would be left of it.
addEventListener('vite:preloadError', ({ payload }) => {
  sessionStorage.setItem(`tanstack_router_reload:${payload.message}`, 'no')
})

await setUpLanguage()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

// Once there is nothing else to do: a page opened later is there at once, and without a server too.
addEventListener('load', () => {
  setTimeout(() => {
    if (!navigator.onLine) return
    loadEveryText().catch(() => {
      // The page that needs it asks again, and says what is wrong.
    })
    for (const route of Object.values(router.routesById) as AnyRoute[]) void router.loadRouteChunk(route)
  }, PRELOAD_AFTER_MS)
})
