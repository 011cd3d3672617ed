import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { RetentionPublic, UserPublic, WorkspacePublic } from '@/client/types.gen'
import { newQueryClient } from '@/lib/api'
import { newRouter } from '@/router'
import { api, http, HttpResponse, server, TOKEN } from './server'

export const ADA = {
  id: '01900000-0000-7000-8000-000000000001',
  email: 'ada@example.org',
  full_name: 'Ada Lovelace',
  created_at: '2026-11-23T12:00:00Z',
  time_zone: null,
  language: null,
  theme: 'system',
} satisfies UserPublic

export const ACME: WorkspacePublic = {
  id: '01900000-0000-7000-8000-000000000002',
  name: 'Acme',
  slug: 'acme',
  is_public: false,
  created_at: '2026-11-23T12:00:00Z',
  role: 'owner',
}

export const RETENTION = {
  keep_events_days: 30,
  keep_hourly_days: 365,
  keep_daily_days: null,
  keep_deliveries_days: 90,
  events_from: null,
  hourly_from: null,
  daily_from: null,
  deliveries_from: null,
} satisfies RetentionPublic

/** Answers what the shell asks of somebody signed in, with these workspaces. */
export function answerAsAda(workspaces: WorkspacePublic[] = [ACME]) {
  localStorage.setItem('healther.signed-in', 'yes')
  server.use(
    http.post(api('/auth/refresh'), () => HttpResponse.json(TOKEN)),
    http.get(api('/users/me'), () => HttpResponse.json(ADA)),
    http.get(api('/users/me/email'), () =>
      HttpResponse.json({
        address: ADA.email,
        state: 'confirmed',
        asked_at: null,
        problem: null,
        mailed_at: ADA.email,
      }),
    ),
    http.get(api('/workspaces/:id/overview'), () =>
      HttpResponse.json({ as_of: ADA.created_at, counts: {}, watchers: [] }),
    ),
    http.get(api('/workspaces/:id/incidents'), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(api('/workspaces/:id/retention'), () => HttpResponse.json(RETENTION)),
    http.get(api('/workspaces'), () => HttpResponse.json({ items: workspaces, next_cursor: null })),
  )
}

/** The whole app at an address, with a person to operate it. */
export function openApp(path: string) {
  const queryClient = newQueryClient()
  queryClient.setDefaultOptions({ queries: { retry: false } })
  const router = newRouter(queryClient, createMemoryHistory({ initialEntries: [path] }))
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  )
  return { router, user: userEvent.setup(), queryClient }
}
