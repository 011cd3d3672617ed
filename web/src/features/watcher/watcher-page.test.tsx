import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'
import { answer, base, DOWN, EVENTS, SHOP } from './watcher-page.fixtures'

// jsdom has no canvas; what a chart says stands beside it as text.
vi.mock('./plot', () => ({ default: () => null }))

const address = `/w/acme/watchers/${SHOP.id}`

beforeEach(() => {
  answerAsAda()
})

test('a watcher that is down says since when, why in plain words, and what the check said', async () => {
  answer(DOWN)
  openApp(address)
  const state = await screen.findByRole('region', { name: 'State' })
  expect(within(state).getByRole('status')).toHaveTextContent(/Down.*since/)
  expect(state).toHaveTextContent('The machine refused the connection.')
  expect(state).toHaveTextContent('connecting to 192.0.2.1:443 failed')
  await waitFor(() => expect(document.title).toBe('Down: Shop · healther'))
})

test('a watcher that flaps says so beside its state, since when, and when it counts as settled', async () => {
  answer({ ...SHOP, flapping_since: '2026-11-23T11:30:00Z', settles_at: '2026-11-23T12:10:00Z' })
  openApp(address)
  const state = await screen.findByRole('region', { name: 'State' })
  expect(within(state).getByRole('status')).toHaveTextContent(/Healthy/)
  expect(state).toHaveTextContent(/Flapping\s*since .*:30/)
  expect(state).toHaveTextContent(/counts as settled on .*:10.* if it changes no more/)
})

test('of one that flaps and cannot be seen nobody says when it settles', async () => {
  answer({ ...SHOP, state: 'unknown', flapping_since: '2026-11-23T11:30:00Z', settles_at: null })
  openApp(address)
  const state = await screen.findByRole('region', { name: 'State' })
  expect(state).toHaveTextContent('when it settles, nobody knows')
  expect(state).not.toHaveTextContent('counts as settled')
})

test('no data is never shown as 100 %', async () => {
  answer()
  openApp(address)
  const uptime = await screen.findByRole('region', { name: 'Uptime' })
  await waitFor(() => expect(within(uptime).getAllByText('No data')).toHaveLength(4))
  expect(uptime).not.toHaveTextContent('100%')
})

test('arrow keys walk through the days, and each is told in words', async () => {
  answer()
  const { user } = openApp(address)
  const bars = await screen.findByRole('slider', { name: /90 days/ })
  bars.focus()
  await user.keyboard('{ArrowLeft}')
  expect(bars).toHaveAttribute(
    'aria-valuetext',
    expect.stringMatching(/November 22, 2026: 99\.652% up · 5 min down/),
  )
  expect(screen.getByText(/November 22, 2026/)).toBeVisible()
})

test('a status filter stands in the address, and a row opens to its phases and its reason', async () => {
  answer()
  const { user, router } = openApp(address)
  const checks = await screen.findByRole('region', { name: 'Checks' })
  await waitFor(() => expect(within(checks).getAllByRole('row')).toHaveLength(3))
  await user.click(within(checks).getByRole('button', { name: 'Down' }))
  await waitFor(() => expect(within(checks).getAllByRole('row')).toHaveLength(2))
  expect(router.state.location.search).toEqual({ status: ['down'] })
  await user.click(within(checks).getByRole('button', { name: /details/ }))
  expect(within(checks).getByText('The answer took too long.')).toBeVisible()
  expect(within(checks).getByText('Connect')).toBeVisible()
})

test('pausing can be undone where it is told', async () => {
  answer()
  const asked: string[] = []
  const respond = (paused_at: string | null, verb: string) => {
    asked.push(verb)
    return HttpResponse.json({ ...SHOP, paused_at })
  }
  server.use(
    http.post(api(`${base}/pause`), () => respond('2026-11-23T12:00:00Z', 'pause')),
    http.post(api(`${base}/resume`), () => respond(null, 'resume')),
  )
  const { user } = openApp(address)
  await user.click(await screen.findByRole('button', { name: 'Pause' }))
  await user.click(await screen.findByRole('button', { name: 'Undo' }))
  await waitFor(() => expect(asked).toEqual(['pause', 'resume']))
})

test('checking now tells the result at once', async () => {
  answer()
  server.use(http.post(api(`${base}/check`), () => HttpResponse.json(EVENTS[1])))
  const { user } = openApp(address)
  await user.click(await screen.findByRole('button', { name: 'Check now' }))
  expect(await screen.findByText(/^Down/, { selector: '[data-title]' })).toBeVisible()
})

test('deleting wants the name typed, and shows what the server refused', async () => {
  answer()
  server.use(http.delete(api(base), () => problem(409, 'It is on a status page.')))
  const { user } = openApp(address)
  await user.click(await screen.findByRole('button', { name: 'More actions' }))
  await user.click(screen.getByRole('menuitem', { name: 'Delete' }))
  const dialog = await screen.findByRole('dialog', { name: 'Delete Shop?' })
  expect(within(dialog).getByRole('button', { name: 'Delete' })).toHaveAttribute('aria-disabled', 'true')
  await user.type(within(dialog).getByRole('textbox'), 'Shop')
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('It is on a status page.')
})

test('a certificate is told with its days left; one that has ended is said so', async () => {
  const left = (days: number) => new Date(Date.now() + days * 86_400_000 + 60_000).toISOString()
  answer({ ...SHOP, certificate_not_after: left(9) })
  const { queryClient } = openApp(address)
  const certificate = await screen.findByRole('region', { name: 'Certificate' })
  expect(certificate).toHaveTextContent('9 days left')
  expect(certificate).toHaveTextContent('Degraded from 14 days before its end.')
  answer({ ...SHOP, certificate_not_after: left(-3) })
  await queryClient.invalidateQueries()
  await waitFor(() => expect(certificate).toHaveTextContent('It has ended'))
})

test('observers see no controls', async () => {
  answerAsAda([{ ...ACME, role: 'observer' }])
  answer()
  openApp(address)
  expect(await screen.findByRole('heading', { name: 'Shop' })).toBeVisible()
  for (const name of ['Check now', 'Pause', 'More actions']) {
    expect(screen.queryByRole('button', { name })).toBeNull()
  }
  expect(screen.queryByRole('link', { name: 'Edit' })).toBeNull()
})

test('the configuration is in words, and names what the watcher needs with how that is', async () => {
  answer({
    ...SHOP,
    depends_on: ['r1'],
    options: { bearer_token: '********', verify_tls: false, headers: { 'X-Key': '********' }, brand_new: 7 },
  })
  const json_schema = { properties: { brand_new: { type: 'integer', title: 'Brand new' } } }
  const router = { ...SHOP, id: 'r1', name: 'Router', state: 'down' }
  server.use(
    http.get(api('/probe-kinds'), () => HttpResponse.json([{ kind: 'http', description: '', json_schema }])),
    http.get(api('/workspaces/:id/overview'), () =>
      HttpResponse.json({ as_of: SHOP.created_at, counts: {}, watchers: [router] }),
    ),
  )
  openApp(address)
  const configuration = await screen.findByRole('region', { name: 'Configuration' })
  const link = await within(configuration).findByRole('link', { name: 'Router' })
  expect(link).toHaveAttribute('href', '/w/acme/watchers/r1')
  expect(link.parentElement).toHaveTextContent('Down')
  expect(await within(configuration).findByText('Brand new')).toBeVisible()
  expect(configuration).toHaveTextContent(/Bearer tokenset, not shown/)
  expect(configuration).toHaveTextContent(/Verify TLSno/)
  expect(configuration).toHaveTextContent(/HeadersX-Key/)
})

test('a watcher that is not there is said to be gone', async () => {
  server.use(http.get(api(base), () => problem(404, 'There is no such watcher in this workspace.')))
  openApp(address)
  expect(await screen.findByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})

test('a watcher that could not be loaded can be tried again', async () => {
  server.use(http.get(api(base), () => problem(500, 'Broken.')))
  const { user } = openApp(address)
  const retry = await screen.findByRole('button', { name: 'Try again' })
  answer()
  await user.click(retry)
  expect(await screen.findByRole('heading', { name: 'Shop' })).toBeVisible()
})

test('the last failure names what was dialled and seen when its outage was confirmed, and of no other', async () => {
  const outage = {
    id: 'c1',
    from_state: 'healthy',
    to_state: 'down',
    at: EVENTS[1]?.created_at,
    detected_at: EVENTS[1]?.created_at,
    reason: 'timeout',
    message: null,
    address: '192.0.2.7',
    certificate_sha256: 'ab12',
    http_version: '1.1',
    tls_version: 'TLSv1.2',
    tls_cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
  }
  const earlier = { ...outage, id: 'c0', at: '2026-11-01T00:00:00Z', address: '192.0.2.9' }
  answer(DOWN)
  server.use(
    http.get(api(`${base}/changes`), () =>
      HttpResponse.json({ items: [outage, earlier], next_cursor: null }),
    ),
  )
  openApp(address)
  const failure = await screen.findByRole('region', { name: 'Last failure' })
  await waitFor(() => expect(failure).toHaveTextContent(/Dialled when confirmed\s*192\.0\.2\.7/))
  expect(failure).toHaveTextContent(/Certificate \(SHA-256\)\s*ab12/)
  expect(failure).toHaveTextContent(/Protocol\s*HTTP\/1\.1, TLS 1\.2\s*Cipher\s*ECDHE-RSA-AES128-GCM-SHA256/)
  expect(failure).not.toHaveTextContent('192.0.2.9')
})
