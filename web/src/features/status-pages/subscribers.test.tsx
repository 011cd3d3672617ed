import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { SubscriberPublic } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'
import { PAGE } from './test-data'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const SUBSCRIBER: SubscriberPublic = {
  id: 's1',
  kind: 'email',
  address: 'b•••@example.org',
  component_keys: ['api'],
  confirmed_at: ACME.created_at,
  disabled_reason: null,
  created_at: ACME.created_at,
}

let subscribers: SubscriberPublic[]
let mail: boolean

beforeEach(() => {
  signedOut()
  answerAsAda()
  mail = true
  subscribers = [
    SUBSCRIBER,
    {
      ...SUBSCRIBER,
      id: 's2',
      kind: 'webhook',
      address: 'hooks.example/•••',
      component_keys: null,
      disabled_reason: '410 Gone',
    },
  ]
  server.use(
    http.get(at('/watchers'), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at('/status-pages'), () => HttpResponse.json({ items: [PAGE], next_cursor: null })),
    http.get(at('/status-pages/p1'), () => HttpResponse.json(PAGE)),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: mail })),
    http.get(at('/status-pages/p1/subscribers'), () =>
      HttpResponse.json({ items: subscribers, next_cursor: null }),
    ),
    http.get(at('/status-pages/p1/subscriber-counts'), () =>
      HttpResponse.json({ confirmed: 1, unconfirmed: 0, disabled: subscribers.length - 1 }),
    ),
  )
})

const region = () => screen.findByRole('region', { name: 'Subscribers' }, { timeout: 10_000 })
const list = () => screen.findByRole('list', { name: 'Subscribers' }, { timeout: 10_000 })

test('subscribers are listed with what they hear of, and why nothing is sent to one', async () => {
  openApp('/w/acme/status-pages/p1')
  const [first, second] = within(await list()).getAllByRole('listitem')
  expect(first).toHaveTextContent(/b•••@example.org Email.*API.*Since/)
  expect(second).toHaveTextContent(/hooks.example\/••• Webhook.*Every service.*Given up: 410 Gone/)
  expect(await screen.findByText('given up')).toBeVisible()
})

test('whether people may subscribe is saved with the page, by itself', async () => {
  const sent: unknown[] = []
  server.use(
    http.patch(at('/status-pages/p1'), async ({ request }) => {
      sent.push(await request.json())
      return HttpResponse.json({ ...PAGE, subscribers: false })
    }),
  )
  const { user } = openApp('/w/acme/status-pages/p1')
  await user.click(within(await region()).getByRole('checkbox', { name: 'Let people subscribe' }))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await expect.poll(() => sent).toEqual([{ subscribers: false }])
  expect(screen.getByRole('checkbox', { name: 'Let people subscribe' })).not.toBeChecked()
})

test('removing somebody asks first, saves nothing else, and takes them off the list', async () => {
  const saved: unknown[] = []
  server.use(
    http.delete(at('/status-pages/p1/subscribers/s1'), () => {
      subscribers = subscribers.slice(1)
      return new HttpResponse(null, { status: 204 })
    }),
    http.patch(at('/status-pages/p1'), async ({ request }) => {
      saved.push(await request.json())
      return HttpResponse.json(PAGE)
    }),
  )
  const { user } = openApp('/w/acme/status-pages/p1')
  await list()
  await user.click(screen.getByRole('button', { name: 'Remove b•••@example.org' }))
  const dialog = screen.getByRole('dialog', { name: 'Remove b•••@example.org?' })
  await user.click(within(dialog).getByRole('button', { name: 'Remove' }))
  await expect.poll(() => screen.queryByText('b•••@example.org')).toBeNull()
  expect(screen.getByText('hooks.example/•••')).toBeVisible()
  // The dialog's form is not part of the page's.
  expect(saved).toEqual([])
})

test('a refusal to remove somebody is told in the dialog', async () => {
  server.use(http.delete(at('/status-pages/p1/subscribers/s1'), () => problem(409, 'Not now.')))
  const { user } = openApp('/w/acme/status-pages/p1')
  await list()
  await user.click(screen.getByRole('button', { name: 'Remove b•••@example.org' }))
  const dialog = screen.getByRole('dialog')
  await user.click(within(dialog).getByRole('button', { name: 'Remove' }))
  expect(await within(dialog).findByText('Not now.')).toBeVisible()
})

test('without a mail server it says why nobody can subscribe', async () => {
  mail = false
  subscribers = []
  openApp('/w/acme/status-pages/p1')
  expect(await screen.findByText('Nobody subscribed yet.', {}, { timeout: 10_000 })).toBeVisible()
  expect(within(await region()).getByText('HEALTHER_SMTP_URL')).toBeVisible()
})

test('a list that cannot be loaded can be asked for again', async () => {
  server.use(http.get(at('/status-pages/p1/subscribers'), () => problem(500, 'Broken.'), { once: true }))
  const { user } = openApp('/w/acme/status-pages/p1')
  const there = await region()
  expect(await within(there).findByText('Broken.')).toBeVisible()
  await user.click(within(there).getByRole('button', { name: 'Try again' }))
  expect(await list()).toBeVisible()
})
