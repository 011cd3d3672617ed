import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'
import { PAGE } from './test-data'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const watcher = (id: string, name: string) => ({ id, name, url: 'http://127.0.0.1/', state: 'healthy' })

let sent: unknown[]

beforeEach(() => {
  signedOut()
  sent = []
  answerAsAda()
  server.use(
    http.get(at('/watchers'), () =>
      HttpResponse.json({
        items: [watcher('w1', 'shop-7'), watcher('w2', 'api-3'), watcher('w3', 'docs-1')],
        next_cursor: null,
      }),
    ),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: true })),
    http.get(at('/status-pages/p1/subscribers'), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at('/status-pages/p1/subscriber-counts'), () =>
      HttpResponse.json({ confirmed: 0, unconfirmed: 0, disabled: 0 }),
    ),
    http.get(at('/status-pages'), () => HttpResponse.json({ items: [PAGE], next_cursor: null })),
    http.get(at('/status-pages/p1'), () => HttpResponse.json(PAGE)),
    http.patch(at('/status-pages/p1'), async ({ request }) => {
      const changes = (await request.json()) as object
      sent.push(changes)
      return HttpResponse.json({ ...PAGE, ...changes })
    }),
  )
})

test('services are arranged by keyboard: the focus goes along, and the new place is told', async () => {
  const { user } = openApp('/w/acme/status-pages/p1')
  const shop = await screen.findByLabelText('Public name of shop-7')
  await user.click(shop)
  await user.keyboard('{Alt>}{ArrowDown}{/Alt}')
  expect(screen.getByText('Shop is at place 2 of 2 in section 1.')).toBeInTheDocument()
  expect(screen.getByLabelText('Public name of shop-7')).toHaveFocus()
  await user.click(screen.getByRole('button', { name: 'Add services' }))
  await user.click(within(screen.getByRole('dialog')).getByRole('checkbox', { name: 'docs-1' }))
  await user.click(screen.getByRole('button', { name: 'Add 1 service' }))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await expect.poll(() => sent.length).toBe(1)
  const components = [
    { watcher_id: 'w2', name: 'API', key: 'api' },
    { watcher_id: 'w1', name: 'Shop', key: 'shop' },
    { watcher_id: 'w3', name: 'docs-1', key: 'docs-1' },
  ]
  expect(sent[0]).toEqual({ sections: [{ name: '', components }] })
})

test('a refusal lands on the service it is about', async () => {
  server.use(
    http.patch(at('/status-pages/p1'), () =>
      problem(422, 'Wrong.', {
        errors: [{ where: 'body.sections.0.components.1.name', message: 'must not be empty' }],
      }),
    ),
  )
  const { user } = openApp('/w/acme/status-pages/p1')
  await user.clear(await screen.findByLabelText('Public name of api-3'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('must not be empty')).toBeVisible()
  expect(screen.getByLabelText('Public name of api-3')).toBeInvalid()
})

test('publishing tells its consequence first and saves what was changed', async () => {
  const { user } = openApp('/w/acme/status-pages/p1')
  const title = await screen.findByLabelText('Title')
  await user.clear(title)
  await user.type(title, 'Acme')
  await user.click(screen.getByRole('button', { name: 'Publish' }))
  const dialog = screen.getByRole('dialog', { name: 'Publish Acme status?' })
  expect(dialog).toHaveTextContent('Everyone finds it at http://localhost:8000/status/acme-public')
  expect(dialog).toHaveTextContent('It shows 2 services. Your changes are saved with it.')
  await user.click(within(dialog).getByRole('button', { name: 'Publish' }))
  expect(await screen.findByRole('link', { name: 'Open page' })).toHaveAttribute('href', PAGE.url)
  expect(sent).toEqual([{ title: 'Acme', is_published: true }])
})

test('a colour nobody could read is told, with what becomes of it', async () => {
  const { user } = openApp('/w/acme/status-pages/p1')
  const accent = await screen.findByLabelText('Accent colour')
  await user.type(accent, '#f2c94c')
  expect(accent).toHaveAccessibleDescription(/Too pale on light pages: shown there as #/)
})

test('an observer gets the page to look at and nothing to change', async () => {
  answerAsAda([{ ...ACME, role: 'observer' }])
  openApp('/w/acme/status-pages/p1')
  expect(await screen.findByText('Admins and owners can change this page.')).toBeVisible()
  expect(screen.queryByRole('textbox')).toBeNull()
  expect(screen.queryByRole('button', { name: /publish/i })).toBeNull()
})

test('a page that cannot be loaded says so and can be asked for again', async () => {
  server.use(
    http.get(at('/status-pages/p1'), () => problem(404, 'There is no such status page.'), { once: true }),
  )
  const { user } = openApp('/w/acme/status-pages/p1')
  expect(await screen.findByText('There is no such status page.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { name: 'Acme status' })).toBeVisible()
})

test('a new page has every watcher, though they were still on their way when it was asked for', async () => {
  let letThemArrive: (() => void) | undefined
  const onTheirWay = new Promise<void>((done) => (letThemArrive = done))
  server.use(
    http.get(at('/watchers'), async () => {
      await onTheirWay
      return HttpResponse.json({ items: [watcher('w1', 'shop-7')], next_cursor: null })
    }),
    http.post(at('/status-pages'), async ({ request }) => {
      sent.push(await request.json())
      return HttpResponse.json(PAGE, { status: 201 })
    }),
  )
  const { user } = openApp('/w/acme/status-pages')
  await user.click(await screen.findByRole('button', { name: 'New status page' }))
  await user.type(screen.getByLabelText('Title'), 'Acme status{Enter}')
  letThemArrive?.()
  await expect.poll(() => sent.length).toBe(1)
  expect(sent[0]).toMatchObject({ sections: [{ components: [{ watcher_id: 'w1', name: 'shop-7' }] }] })
})

test('a domain shows the record that proves it, what DNS lacks, and is asked for again at once', async () => {
  const domain = {
    state: 'waiting' as const,
    record_name: '_healther.status.example.org',
    record_value: 'healther-page=0190',
    checked_at: '2026-11-30T10:00:00Z',
    ends_at: null,
    problem: '_healther.status.example.org has no TXT record',
  }
  const page = { ...PAGE, custom_domain: 'status.example.org', domain }
  server.use(
    http.get(at('/status-pages/p1'), () => HttpResponse.json(page)),
    http.post(at('/status-pages/p1/domain/check'), () =>
      HttpResponse.json({ ...page, domain: { ...domain, state: 'proven', problem: null } }),
    ),
  )
  const { user } = openApp('/w/acme/status-pages/p1')
  expect(await screen.findByText('_healther.status.example.org. TXT "healther-page=0190"')).toBeVisible()
  expect(screen.getByText('_healther.status.example.org has no TXT record')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Check now' }))
  expect(await screen.findByText(/^Proven: once it is published/)).toBeVisible()
  expect(screen.queryByText('_healther.status.example.org has no TXT record')).not.toBeInTheDocument()
  await user.type(screen.getByLabelText('Custom domain'), '.uk')
  expect(screen.getByText(/^Save first:/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Check now' })).not.toBeInTheDocument()
})

test('a domain that the operator trusts asks for no record', async () => {
  const domain = {
    state: 'trusted' as const,
    record_name: '_healther.status.example.org',
    record_value: 'healther-page=0190',
    checked_at: null,
    ends_at: null,
    problem: null,
  }
  server.use(
    http.get(at('/status-pages/p1'), () =>
      HttpResponse.json({ ...PAGE, custom_domain: 'status.example.org', domain }),
    ),
  )
  openApp('/w/acme/status-pages/p1')
  expect(await screen.findByText(/asks for no proof of status.example.org/)).toBeVisible()
  expect(screen.queryByText(/TXT/)).not.toBeInTheDocument()
})
