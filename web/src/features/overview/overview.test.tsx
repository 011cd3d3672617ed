import { act, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { OverviewWatcher } from '@/client/types.gen'
import { speak } from '@/lib/i18n'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, server } from '@/test/server'

const watcher = (id: string, name: string, rest: Partial<OverviewWatcher> = {}) => ({
  id,
  name,
  kind: 'http',
  url: `https://${id}.example/`,
  tags: [],
  state: 'healthy',
  maintenance: null,
  flapping_since: null,
  last_response_time_ms: null,
  last_reason: null,
  last_message: null,
  next_check_at: null,
  uptime_90d_percent: null,
  latency_24h: Array<null>(24).fill(null),
  days: '-'.repeat(90),
  region_served: true,
  ...rest,
})

const WATCHERS = [
  watcher('w1', 'Shop', { tags: ['public'], last_response_time_ms: 40, uptime_90d_percent: 99.9 }),
  watcher('w2', 'Mail', { state: 'paused', tags: ['internal'], last_response_time_ms: 900 }),
  watcher('w3', 'Blog', { state: 'paused', last_response_time_ms: 200, uptime_90d_percent: 98.5 }),
]

const sent: unknown[] = []

beforeEach(() => {
  sent.length = 0
  // Nothing has a size in jsdom; the list draws what is in sight of a window.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(800)
  answerAsAda()
  server.use(
    http.get(api('/workspaces/:id/overview'), () =>
      HttpResponse.json({
        as_of: '2026-11-24T00:00:00Z',
        counts: { healthy: 1, paused: 2 },
        watchers: WATCHERS,
      }),
    ),
    http.post(api('/workspaces/:id/watchers/bulk'), async ({ request }) => {
      const body = (await request.json()) as { ids: string[] }
      sent.push(body)
      return HttpResponse.json({ done: body.ids, failed: [] })
    }),
  )
})

test('whoever has not confirmed their address reads on the overview that nobody mails them', async () => {
  const said = { address: 'ada@example.org', problem: null, mailed_at: null }
  const answers = [
    { ...said, state: 'waiting', asked_at: '2026-11-24T00:00:00Z' },
    { ...said, state: 'waiting', asked_at: null },
  ]
  server.use(http.get(api('/users/me/email'), () => HttpResponse.json(answers[0])))
  const { queryClient } = await open()
  expect(
    await screen.findByText(/We mailed ada@example.org a link: until you press its button/),
  ).toBeVisible()
  expect(screen.getByRole('link', { name: 'Your profile has more' })).toHaveAttribute('href', '/profile')
  server.use(http.get(api('/users/me/email'), () => HttpResponse.json(answers[1])))
  await act(() => queryClient.invalidateQueries({ queryKey: ['me', 'email'] }))
  expect(await screen.findByText(/was not mailed a link: no alert is mailed to you/)).toBeVisible()
})

async function open(address = '/w/acme') {
  const app = openApp(address)
  await screen.findByRole('link', { name: 'Shop' })
  return app
}

/** Opens the overview, selects watchers by name, and gives what can be done with them. */
async function select(...names: string[]) {
  const { user } = await open()
  for (const name of names) await user.click(screen.getByRole('checkbox', { name: `Select ${name}` }))
  return { user, bar: within(screen.getByRole('toolbar', { name: 'With the selected watchers' })) }
}

const names = () =>
  within(screen.getByRole('main'))
    .getAllByRole('link', { name: /^(Shop|Mail|Blog)$/ })
    .map(({ textContent }) => textContent)

test('what is slow or down says why in place of its address, in the language of the page', async () => {
  const slow = { last_reason: 'slow', last_message: 'answered in 900 ms, more than 500 ms' }
  const wrong = { last_reason: 'status_mismatch', last_message: 'expected status 200-299, got 500' }
  const watchers = [
    ...WATCHERS,
    watcher('w4', 'Proxy', { state: 'degraded', ...slow }),
    watcher('w5', 'Till', { state: 'down', ...wrong }),
  ]
  server.use(
    http.get(api('/workspaces/:id/overview'), () =>
      HttpResponse.json({ as_of: '2026-11-24T00:00:00Z', counts: { degraded: 1, down: 1 }, watchers }),
    ),
  )
  await open()
  expect(screen.getByText('answered in 900 ms, more than 500 ms')).toBeVisible()
  expect(screen.getByText('expected status 200-299, got 500')).toBeVisible()
  expect(screen.queryByText('https://w4.example/')).not.toBeInTheDocument()
  await act(() => speak('de'))
  expect(await screen.findByText('Es antwortet, aber langsam.')).toBeVisible()
  expect(screen.getByText('Der Status ist kein erwarteter.')).toBeVisible()
})

test('what flaps says so beside its state', async () => {
  const flapping = watcher('w4', 'Proxy', { flapping_since: '2026-11-23T11:30:00Z' })
  server.use(
    http.get(api('/workspaces/:id/overview'), () =>
      HttpResponse.json({
        as_of: '2026-11-24T00:00:00Z',
        counts: { healthy: 2 },
        watchers: [...WATCHERS, flapping],
      }),
    ),
  )
  await open()
  expect(screen.getByRole('link', { name: 'Proxy' })).toHaveAccessibleDescription(/Healthy ?Flapping/)
  expect(screen.getByRole('link', { name: 'Shop' })).toHaveAccessibleDescription('Healthy')
})

test('the selected are resumed at once, and paused again by Undo', async () => {
  const { user, bar } = await select('Mail', 'Blog')
  expect(bar.getByText('2 selected')).toBeVisible()
  await user.click(bar.getByRole('button', { name: 'Resume' }))
  expect(await screen.findByText('2 resumed')).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Undo' }))
  await waitFor(() =>
    expect(sent).toEqual([
      { ids: ['w3', 'w2'], action: 'resume' },
      { ids: ['w3', 'w2'], action: 'pause' },
    ]),
  )
})

test('a tag is put on the selected, and taken off in the same place', async () => {
  const { user, bar } = await select('Shop')
  await user.click(bar.getByRole('button', { name: 'Tag' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Tag 1 watcher' }))
  await user.click(dialog.getByRole('button', { name: 'Add tag' }))
  expect(sent).toEqual([])
  await user.type(dialog.getByLabelText('Tag'), ' checkout {Enter}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await user.click(bar.getByRole('button', { name: 'Tag' }))
  const again = within(await screen.findByRole('dialog'))
  await user.type(again.getByLabelText('Tag'), 'public')
  await user.click(again.getByRole('button', { name: 'Remove tag' }))
  await waitFor(() =>
    expect(sent).toEqual([
      { ids: ['w1'], action: 'tag', tags: ['checkout'] },
      { ids: ['w1'], action: 'untag', tags: ['public'] },
    ]),
  )
})

test('deleting waits until their number has been typed, and selects nothing afterwards', async () => {
  const { user, bar } = await select('Shop', 'Mail')
  await user.click(bar.getByRole('button', { name: 'Delete' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete 2 watchers?' }))
  const typed = dialog.getByRole('textbox')
  await user.type(typed, '3{Enter}')
  await user.click(dialog.getByRole('button', { name: 'Delete' }))
  expect(sent).toEqual([])
  await user.clear(typed)
  await user.type(typed, '2{Enter}')
  await waitFor(() => expect(sent).toEqual([{ ids: ['w1', 'w2'], action: 'delete' }]))
  await waitFor(() => expect(screen.queryByRole('toolbar')).toBeNull())
})

test('the order is chosen, and kept in the address', async () => {
  const { user, router } = await open()
  expect(names()).toEqual(['Shop', 'Blog', 'Mail'])
  await user.selectOptions(screen.getByLabelText('Order'), 'Slowest first')
  await waitFor(() => expect(names()).toEqual(['Mail', 'Blog', 'Shop']))
  expect(router.state.location.search).toEqual({ sort: 'latency' })
  await user.selectOptions(screen.getByLabelText('Order'), 'Least uptime first')
  await waitFor(() => expect(names()).toEqual(['Blog', 'Shop', 'Mail']))
  await user.selectOptions(screen.getByLabelText('Order'), 'Worst first')
  await waitFor(() => expect(names()).toEqual(['Shop', 'Blog', 'Mail']))
  expect(router.state.location.search).toEqual({})
})

test('tags are headings when they are asked for, with those that have none last', async () => {
  const { user, router } = await open()
  await user.click(screen.getByRole('checkbox', { name: 'By tag' }))
  const main = within(screen.getByRole('main'))
  await waitFor(() => expect(main.getAllByRole('heading', { level: 2 })).toHaveLength(3))
  const headings = main.getAllByRole('heading', { level: 2 }).map(({ textContent }) => textContent)
  expect(headings).toEqual(['internal1', 'public1', 'Without a tag1'])
  expect(router.state.location.search).toEqual({ grouped: true })
})

test('another workspace is chosen in the menu, and its own watchers are shown', async () => {
  const other = { ...ACME, id: '01900000-0000-7000-8000-000000000003', name: 'Initech', slug: 'initech' }
  answerAsAda([ACME, other])
  server.use(
    http.get(api('/workspaces/:id/overview'), ({ params }) =>
      HttpResponse.json({
        as_of: '2026-11-24T00:00:00Z',
        counts: { healthy: 1 },
        watchers: params.id === ACME.id ? WATCHERS : [watcher('w9', 'Printer')],
      }),
    ),
  )
  const { user, router } = await open()
  const [menu] = screen.getAllByRole('button', { name: /Acme/ })
  if (menu === undefined) throw new Error('there is no menu of workspaces')
  await user.click(menu)
  await user.click(await screen.findByRole('menuitemradio', { name: 'Initech' }))
  expect(await screen.findByRole('link', { name: 'Printer' })).toBeInTheDocument()
  expect(screen.queryByRole('link', { name: 'Shop' })).toBeNull()
  expect(router.state.location.pathname).toBe('/w/initech')
})
