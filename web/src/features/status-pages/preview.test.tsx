import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'
import { PAGE } from './test-data'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)

/** An observer looks at the page while its two services are in these states. */
async function look(shop: string, other: string) {
  const watchers = [
    { id: 'w1', state: shop, days: 'hx' },
    { id: 'w2', state: other, days: '' },
  ]
  server.use(
    http.get(at('/status-pages'), () => HttpResponse.json({ items: [PAGE], next_cursor: null })),
    http.get(at('/status-pages/p1'), () => HttpResponse.json(PAGE)),
    http.get(api('/workspaces/:id/overview'), () =>
      HttpResponse.json({ as_of: ADA.created_at, counts: {}, watchers }),
    ),
  )
  openApp('/w/acme/status-pages/p1')
  return screen.findByRole('region', { name: 'Preview' }, { timeout: 10_000 })
}

beforeEach(() => {
  signedOut()
  answerAsAda([{ ...ACME, role: 'observer' }])
})

test.each([
  ['healthy', 'healthy', 'All services are up'],
  ['healthy', 'paused', 'All services are up'],
  ['healthy', 'pending', 'All services are up'],
  ['paused', 'paused', 'Watching is paused'],
  ['down', 'healthy', '1 of 2 services is down'],
  ['down', 'paused', '1 of 2 services is down'],
  ['down', 'down', 'All services are down'],
])('of %s and %s the sketch says what the page says: %s', async (shop, other, words) => {
  expect(await within(await look(shop, other)).findByText(words)).toBeVisible()
})

test('an address that names no page says so in words of people', async () => {
  server.use(
    http.get(at('/status-pages/new'), () =>
      problem(422, 'path.page_id: must be an id', {
        errors: [{ where: 'path.page_id', message: 'must be an id' }],
      }),
    ),
  )
  openApp('/w/acme/status-pages/new')
  expect(
    await screen.findByRole('heading', { name: 'There is nothing here' }, { timeout: 10_000 }),
  ).toBeVisible()
  expect(screen.queryByText(/path\.page_id/)).toBeNull()
})

test('a healthy service is operational, as on the page, and its days have their colours', async () => {
  const preview = await look('healthy', 'down')
  expect(await within(preview).findByText('Operational')).toBeVisible()
  expect(within(preview).queryByText('Healthy')).toBeNull()
  expect(preview.querySelectorAll('.bg-down-solid')).toHaveLength(1)
})
