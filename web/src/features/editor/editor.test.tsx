import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'
import { HTTP_SCHEMA, SEEN, WATCHER } from './test-data'

const WATCHERS = `/workspaces/${ACME.id}/watchers`
const NEW = '/w/acme/watchers/new'

beforeEach(() => {
  answerAsAda()
  server.use(
    http.get(api('/probe-kinds'), () =>
      HttpResponse.json([{ kind: 'http', description: '', json_schema: HTTP_SCHEMA }]),
    ),
    http.get(api(WATCHERS), () => HttpResponse.json({ items: [WATCHER], next_cursor: null })),
    http.get(api(`${WATCHERS}/${WATCHER.id}`), () => HttpResponse.json(WATCHER)),
    http.get(api(`/workspaces/${ACME.id}/tags`), () => HttpResponse.json([{ name: 'prod', watchers: 1 }])),
  )
})

// The first one loads the page's code.
const address = () => screen.findByLabelText('Address', {}, { timeout: 10_000 })

/** What was sent, once it was. */
function sentTo(method: 'post' | 'patch', path: string, answer: () => Response) {
  const sent: unknown[] = []
  server.use(
    http[method](api(path), async ({ request }) => {
      sent.push(await request.json())
      return answer()
    }),
  )
  return sent
}

test('Ctrl+Enter tests a bare host over https and tells which expectation failed', async () => {
  const { user } = openApp(NEW)
  const sent = sentTo('post', `/workspaces/${ACME.id}/probe`, () => HttpResponse.json(SEEN))
  await user.type(await address(), 'shop.example/up{Control>}{Enter}{/Control}')
  expect(await screen.findByText('This check would fail.')).toBeVisible()
  expect(sent).toEqual([expect.objectContaining({ url: 'https://shop.example/up', options: {} })])
  expect(screen.getByLabelText('Name')).toHaveAttribute('placeholder', 'shop.example')
  const [status] = within(screen.getByRole('list', { name: 'Expectations' })).getAllByRole('listitem')
  expect(status).toHaveTextContent(/Not met:\s*Status 200-299\s*got 503/)
  // A target's answer is text, whatever it says.
  expect(screen.getByRole('region', { name: 'Body, as text' })).toHaveTextContent(SEEN.body_excerpt)
  expect(screen.getByRole('table', { name: 'Request 1' })).toHaveTextContent(/First byte\s*30 ms/)

  await user.click(screen.getByRole('button', { name: 'Count 503 as healthy' }))
  expect(screen.getByLabelText('Expected status')).toHaveValue('200-299,503')
  expect(screen.getByText('You changed something since this test.')).toBeVisible()
})

test('a guessed https that cannot be encrypted is tried over http by one button', async () => {
  const { user } = openApp(NEW)
  const failed = { ...SEEN, status: 'down', reason: 'tls_failed', message: 'TLS handshake failed', hops: [] }
  const healthy = { ...SEEN, status: 'healthy', reason: null, message: null }
  const answers = [failed, healthy, failed]
  const sent = sentTo('post', `/workspaces/${ACME.id}/probe`, () => HttpResponse.json(answers.shift()))
  await user.type(await address(), 'shop.example:8080{Enter}')
  await user.click(await screen.findByRole('button', { name: 'Use http://' }))
  expect(await screen.findByText('Everything is as expected.')).toBeVisible()
  expect(await address()).toHaveValue('http://shop.example:8080')
  expect(sent).toMatchObject([{ url: 'https://shop.example:8080' }, { url: 'http://shop.example:8080' }])
  expect(screen.queryByRole('button', { name: 'Use http://' })).toBeNull()

  // Whoever typed https:// meant it.
  await user.clear(await address())
  await user.type(await address(), 'https://shop.example{Enter}')
  expect(await screen.findByText('This check would fail.')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Use http://' })).toBeNull()
})

test('blocked names the setting an operator would change', async () => {
  const { user } = openApp(NEW)
  const message =
    'not allowed to reach 10.0.0.1; allow it with HEALTHER_ALLOW_NETWORKS=10.0.0.1/32:80 (or wider)'
  sentTo('post', `/workspaces/${ACME.id}/probe`, () =>
    HttpResponse.json({ ...SEEN, status: 'unknown', reason: 'blocked', message, hops: [] }),
  )
  await user.type(await address(), 'http://10.0.0.1{Enter}')
  expect(await screen.findByText('HEALTHER_ALLOW_NETWORKS=10.0.0.1/32:80')).toBeVisible()
})

test('a refusal lands on its field, which is unfolded and focused', async () => {
  const { user } = openApp(NEW)
  sentTo('post', WATCHERS, () =>
    problem(422, 'no', { errors: [{ where: 'body.options.headers.X', message: 'Not this header.' }] }),
  )
  await user.type(await address(), 'shop.example')
  await user.click(screen.getByText('Request'))
  await user.click(screen.getByRole('button', { name: 'Add a header' }))
  await user.keyboard('X{Tab}1')
  await user.click(screen.getByText('Request'))
  await user.click(screen.getByRole('button', { name: 'Start watching' }))
  await waitFor(() => {
    expect(screen.getByLabelText('Header 1')).toHaveFocus()
  })
  expect(screen.getByText('Not this header.')).toBeVisible()
})

test('a parameter that looks like a secret is remarked: everybody in the workspace sees the address', async () => {
  const { user } = openApp(NEW)
  await user.type(await address(), 'shop.example/up?page=2&api_ke')
  expect(screen.queryByText(/looks like a secret/)).toBeNull()
  await user.type(await address(), 'y=1')
  await expect.poll(address).toHaveAccessibleDescription(/^“api_key” looks like a secret\. .+ headers\.$/)
})

test('mistakes are told after a field was left, and the first one gets the focus on saving', async () => {
  const { user } = openApp(NEW)
  await user.type(await address(), 'ftp://shop')
  expect(screen.queryByText(/Only http/)).toBeNull()
  await user.tab()
  expect(await screen.findByText(/Only http/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Start watching' }))
  await waitFor(() => {
    expect(screen.getByLabelText('Address')).toHaveFocus()
  })
})

test('editing keeps a secret, replaces it or clears it', async () => {
  const { user } = openApp(`/w/acme/watchers/${WATCHER.id}/edit`)
  const sent = sentTo('patch', `${WATCHERS}/${WATCHER.id}`, () => problem(409, 'later'))
  await address()
  await user.click(screen.getByText('Request'))
  await user.click(screen.getByRole('button', { name: 'Replace X-Key' }))
  await user.keyboard('new')
  await user.click(screen.getByText('Authentication'))
  await user.click(screen.getByRole('button', { name: 'Clear Bearer token' }))
  expect(screen.getByText('Removed when you save.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Save changes' }))
  expect(await screen.findByText('later')).toBeVisible()
  expect(sent).toEqual([{ options: { headers: { 'X-Key': 'new' }, bearer_token: null } }])

  await user.click(screen.getByRole('button', { name: 'Keep the old Bearer token' }))
  expect(screen.getByRole('group', { name: 'Bearer token' })).toHaveTextContent('Kept, not shown')
})

test('a copy starts from the other watcher, without its secrets', async () => {
  openApp(`${NEW}?from=${WATCHER.id}`)
  expect(await screen.findByRole('heading', { name: 'Duplicate Shop' })).toBeVisible()
  expect(await address()).toHaveValue('https://shop.example/up')
  expect(screen.getByText(/could not be copied/)).toBeVisible()
  expect(screen.getByLabelText('Value of X-Key')).toHaveValue('')
})

test('leaving with unsaved changes asks first', async () => {
  const { user } = openApp(NEW)
  await user.type(await address(), 'shop.example')
  await user.click(screen.getByRole('link', { name: 'Cancel' }))
  const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' })
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
  expect(screen.getByLabelText('Address')).toHaveValue('https://shop.example')
})

test('tags are added by Enter and comma, each once', async () => {
  const { user } = openApp(NEW)
  await address()
  await user.type(screen.getByLabelText('Tags'), 'prod{Enter}Prod,shop,')
  const tags = screen.getAllByRole('button', { name: /^Remove tag/ })
  expect(tags.map((each) => each.getAttribute('aria-label'))).toEqual(['Remove tag prod', 'Remove tag shop'])
})

test('an observer is told who may change watchers', async () => {
  answerAsAda([{ ...ACME, role: 'observer' }])
  openApp(NEW)
  expect(await screen.findByRole('heading', { name: 'You may look, not change' })).toBeVisible()
  expect(screen.queryByLabelText('Address')).toBeNull()
})

test('what it needs is chosen among the others, and a ring is told where it was chosen', async () => {
  const router = { ...WATCHER, id: 'r1', name: 'Router' }
  server.use(
    http.get(api(WATCHERS), () => HttpResponse.json({ items: [router, WATCHER], next_cursor: null })),
  )
  const { user } = openApp(`/w/acme/watchers/${WATCHER.id}/edit`)
  const sent = sentTo('patch', `${WATCHERS}/${WATCHER.id}`, () =>
    problem(422, 'no', {
      errors: [{ where: 'body.depends_on.0', message: 'depends on this watcher itself' }],
    }),
  )
  await address()
  await user.click(screen.getByText('Depends on'))
  const needs = screen.getByRole('group', { name: /^Watchers it needs/ })
  expect(within(needs).queryByRole('checkbox', { name: 'Shop' })).toBeNull()
  await user.click(within(needs).getByRole('checkbox', { name: 'Router' }))
  await user.click(screen.getByRole('button', { name: 'Save changes' }))
  expect(await screen.findByText('Router depends on this watcher itself')).toBeVisible()
  expect(needs).toHaveAccessibleDescription(/Router depends on this watcher itself/)
  await waitFor(() => {
    expect(needs).toHaveFocus()
  })
  expect(sent).toEqual([{ depends_on: ['r1'] }])
})
