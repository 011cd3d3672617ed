import { expect } from '@playwright/test'
import { makeAccount } from '../e2e/support/fixtures'
import { join } from '../e2e/support/joining'
import type { Neighbour } from '../e2e/support/neighbour'
import { makePerson } from '../e2e/support/person'
import type { Healther } from '../e2e/support/processes'

const DAY_MS = 86_400_000
const WATCHED = {
  Shop: ['storefront', 'production'],
  Checkout: ['storefront', 'production'],
  Search: ['storefront'],
  Payments: ['payments', 'production'],
  Invoices: ['payments'],
  API: ['platform', 'production'],
  'Sign in': ['platform', 'production'],
  'Image server': ['platform'],
  Documentation: ['internal'],
}

/** A workspace as a team would have it, with one service that is down. */
export async function settle(healther: Healther, neighbour: Neighbour) {
  const ada = await makePerson(healther, 'ada@acme.example', 'Acme')
  const grace = await makeAccount(healther, 'grace@acme.example', 'Hopper', 'Grace Hopper')
  const make = async (what: string, body: object) =>
    (await ada.call('POST', `${ada.path}/${what}`, body as Record<string, unknown>)) as { id: string }
  const items = async (what: string) =>
    ((await ada.call('GET', `${ada.path}/${what}`)) as { items: Record<string, unknown>[] }).items
  await join(healther, ada, grace, 'admin')
  const people = (await items('members')).map(({ user_id }) => user_id)
  const channel = await make('channels', {
    name: 'Operations chat',
    kind: 'webhook',
    options: { url: neighbour.hook },
  })
  const rotation = await make('rotations', {
    name: 'Operations',
    time_zone: 'Europe/Berlin',
    starts_on: '2026-01-05',
    members: people,
  })
  const steps = [
    { after_s: 0, channel_ids: [channel.id] },
    { after_s: 600, rotation_ids: [rotation.id] },
  ]
  const policy = await make('alert-policies', {
    name: 'Production',
    all_watchers: false,
    tags: ['production'],
    steps,
  })
  const ids: Record<string, string> = {}
  for (const [name, tags] of Object.entries(WATCHED)) {
    const url = name === 'Payments' ? neighbour.failing : neighbour.healthy
    const timing = { every_value: 10, every_unit: 'minutes', failure_threshold: 1, degraded_after_ms: 800 }
    ids[name] = (await make('watchers', { name, url, tags, ...timing })).id
  }
  const part = (...names: string[]) => names.map((name) => ({ watcher_id: ids[name], name }))
  const page = await make('status-pages', {
    title: 'Acme',
    slug: 'acme',
    description: 'Shop, payments and everything behind them.',
    subscribers: true,
    show_latency: true,
    footer_links: [{ label: 'Contact', url: 'https://acme.example/contact' }],
    sections: [
      { name: 'Storefront', components: part('Shop', 'Checkout', 'Search') },
      { name: 'Payments', components: part('Payments', 'Invoices') },
      { name: 'Platform', components: part('API', 'Sign in') },
    ],
  })
  const sections = [{ name: 'Platform', components: part('API') }]
  const secret = { access: 'password', password: 'correct horse battery' }
  await make('status-pages', { title: 'Acme for customers', slug: 'customers', sections, ...secret })
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
  const window = await make('maintenance', {
    title: 'Database upgrade',
    description: 'Orders can be looked at, not placed.',
    starts_at: inDays(2),
    duration_s: 5400,
    watcher_ids: [ids.Shop, ids.Checkout],
    announce_before_s: 259_200,
    page_ids: [page.id],
  })
  await make('maintenance', {
    title: 'Nightly backup',
    starts_at: inDays(1),
    duration_s: 900,
    rrule: 'FREQ=DAILY',
    watcher_ids: [ids.Documentation],
  })
  await make('api-keys', { name: 'Grafana', scope: 'read' })
  await make('api-keys', { name: 'Deployments', scope: 'write' })
  await make('update-templates', {
    name: 'We look',
    stage: 'investigating',
    body: 'We see it, and are looking.',
  })
  const invited = { email: 'katherine@acme.example', role: 'observer', by: 'link' }
  const { link } = (await ada.call('POST', `${ada.path}/invitations`, invited)) as { link: string }
  await Promise.all(Object.values(ids).map((id) => ada.checked(id)))
  await expect.poll(async () => (await items('deliveries')).some(({ state }) => state === 'sent')).toBe(true)
  const incident = String((await items('incidents'))[0]?.id)
  const of = `incidents/${incident}`
  await make(`${of}/acknowledge`, {})
  await ada.call('PATCH', `${ada.path}/${of}`, { title: 'Payments are not taken' })
  const words = 'The payment provider answers **503**. Orders are kept, and charged later.'
  await make(`${of}/updates`, { body: words, stage: 'identified', page_ids: [page.id] })
  const id = (name: string) => ids[name] ?? ''
  return {
    ...ada,
    invitation: `/invitation#${link.split('#')[1]}`,
    ids: {
      watcher: id('Checkout'),
      incident,
      window: window.id,
      channel: channel.id,
      policy: policy.id,
      rotation: rotation.id,
      page: page.id,
    },
  }
}
