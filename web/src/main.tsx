import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { newQueryClient, setUpClient } from './lib/api'
import { setUpLanguage } from './lib/i18n'
import { onSession } from './lib/session'
import { newRouter } from './router'
import './styles/app.css'

setUpClient()
const queryClient = newQueryClient()
const router = newRouter(queryClient)

// Nothing of one account is left for the next one; the router then sends them to sign in, and back here after.
onSession((signedIn) => {
  if (signedIn) return
  queryClient.clear()
  void router.invalidate()
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
