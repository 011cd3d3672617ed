import { expect } from '@playwright/test'
import { makeAccount } from './fixtures'
import { join } from './joining'
import type { Neighbour } from './neighbour'
import { makePerson } from './person'
import type { Healther } from './processes'

export type Furnished = Awaited<ReturnType<typeof furnish>>

interface Wishes {
  /** The owner's email; observer and stand-in get one beside it. */
  email: string
  /** Is watched, and takes what webhooks send. */
  neighbour: Neighbour
  /** What is put in place of a name, a title or a Markdown text. */
  say?: { name: (plain: string) => string; tag: (plain: string) => string; prose: (plain: string) => string }
}

const AS_IT_IS = { name: String, tag: String, prose: String }
const DAY_MS = 86_400_000
/** What is wider than a phone, in Markdown. */
const WIDE = `
| ${'what was seen | '.repeat(8)}
|${' - |'.repeat(8)}
| ${'nothing much | '.repeat(8)}

    GET /${'a-long-path/'.repeat(12)} HTTP/1.1
`

/** A workspace in which no page is empty, made through the API. */
export async function furnish(healther: Healther, { email, neighbour, say = AS_IT_IS }: Wishes) {
  const person = await makePerson(healther, email, say.name('Acme production'), say.name('Ada Lovelace'))
  const make = (what: string, body: Record<string, unknown>) =>
    person.call('POST', `${person.path}/${what}`, body)
  const guest = await makeAccount(
    healther,
    `observer-${email}`,
    say.name('Elsewhere'),
    say.name('Grace Hopper'),
  )
  await join(healther, person, guest, 'observer')
  const { items: members } = (await person.call('GET', `${person.path}/members`)) as {
    items: { user_id: string }[]
  }
  const [channel, broken] = [
    await make('channels', { name: say.name('Team'), kind: 'webhook', options: { url: neighbour.hook } }),
    await make('channels', {
      name: say.name('Old pager'),
      kind: 'webhook',
      options: { url: neighbour.hook },
    }),
  ]
  const rotation = await make('rotations', {
    name: say.name('Operations'),
    time_zone: 'Europe/Berlin',
    starts_on: '2026-01-05',
    members: members.map(({ user_id }) => user_id),
  })
  const policy = await make('alert-policies', {
    name: say.name('Everything'),
    steps: [
      { after_s: 0, channel_ids: [channel.id, broken.id] },
      { after_s: 600, rotation_ids: [rotation.id] },
    ],
  })
  const watch = (name: string, url: string) =>
    make('watchers', {
      name: say.name(name),
      url,
      tags: [say.tag('production'), 'shop'],
      every_value: 1,
      every_unit: 'hours',
      failure_threshold: 1,
    })
  const shop = await watch('Shop', neighbour.healthy)
  const payments = await watch('Payments', neighbour.failing)
  const paused = await watch('Search', neighbour.healthy)
  await person.call('POST', `${person.path}/watchers/${String(paused.id)}/pause`)

  const components = [shop, payments].map(({ id, name }, at) => ({
    watcher_id: id,
    name,
    key: `service-${at}`,
  }))
  const page = {
    title: say.name('Acme status'),
    description: say.name('What we offer, and how it is.'),
    footer_links: [{ label: say.name('Imprint'), url: 'https://example.org/?q="><script>alert(1)</script>' }],
    sections: [{ name: say.name('Services'), components }],
    show_latency: true,
  }
  const open = await make('status-pages', { ...page, slug: 'furnished', subscribers: true })
  await make('status-pages', {
    ...page,
    slug: 'furnished-locked',
    access: 'password',
    password: 'correct horse battery',
  })
  const incident = await make('incidents', {
    title: say.name('Payments are slow'),
    body: say.prose('We see **long answers** and ask the provider.'),
    components: [{ watcher_id: shop.id, impact: 'degraded' }],
    page_ids: [open.id],
  })
  const one = `incidents/${String(incident.id)}`
  await make(`${one}/acknowledge`, {})
  await make(`${one}/updates`, { body: say.prose('The provider found it.'), stage: 'identified' })
  await make(`${one}/resolve`, { body: say.prose('It is over.') })
  await person.call('PATCH', `${person.path}/${one}`, {
    root_cause: say.prose('A full disk.'),
    post_mortem: say.prose(`## What happened\n\nA disk was full.\n${WIDE}`),
    post_mortem_published: true,
  })
  await make('incidents', {
    title: say.name('Mail may be late'),
    body: say.prose(`We are looking at it.\n${WIDE}`),
    components: [{ watcher_id: shop.id, impact: 'degraded' }],
    page_ids: [open.id],
  })
  const starts_at = new Date(Date.now() + DAY_MS).toISOString()
  const windowOf = {
    title: say.name('Database upgrade'),
    description: say.name('Nothing is lost.'),
    starts_at,
    duration_s: 3600,
  }
  const maintenance = await make('maintenance', {
    ...windowOf,
    all_watchers: true,
    rrule: 'FREQ=WEEKLY',
    announce_before_s: 172_800,
    page_ids: [open.id],
  })
  await make('update-templates', {
    name: say.name('Looking'),
    stage: 'investigating',
    body: say.prose('We look.'),
  })
  await make('api-keys', { name: say.name('Grafana'), scope: 'read' })
  await Promise.all([shop, payments].map(({ id }) => person.checked(id)))
  const found = async (what: string) =>
    ((await person.call('GET', `${person.path}/${what}`)) as { items: Record<string, unknown>[] }).items
  await expect.poll(() => neighbour.links.ack).toBeDefined()
  await expect.poll(async () => (await found('deliveries')).some(({ state }) => state === 'sent')).toBe(true)
  const outage = (await found('incidents')).find(({ origin }) => origin === 'automatic')
  return {
    ...person,
    guest: { email: guest.email, password: guest.password },
    ids: {
      workspace: person.slug,
      watcherId: payments.id,
      incidentId: incident.id,
      outageId: outage?.id,
      windowId: maintenance.id,
      channelId: channel.id,
      policyId: policy.id,
      rotationId: rotation.id,
      pageId: open.id,
    },
  }
}
