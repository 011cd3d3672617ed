import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { speak } from '@/lib/i18n'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const nothing = () => HttpResponse.json({ items: [], next_cursor: null })
const WAIT = { timeout: 10_000 }

const HOOK = {
  kind: 'webhook',
  title: 'Webhook',
  description: 'A webhook.',
  json_schema: {
    properties: {
      kind: { const: 'webhook' },
      url: { title: 'URL', type: 'string', 'x-ui': { group: 'target', order: 1, advanced: false } },
    },
    required: ['url'],
  },
}

const PAGES = [
  {
    name: 'channels',
    page: '',
    path: '/channels',
    empty: 'No channels yet',
    add: 'Add a channel',
  },
  {
    name: 'policies',
    page: '/policies',
    path: '/alert-policies',
    empty: 'No policies yet',
    add: 'Add a policy',
  },
  { name: 'deliveries', page: '/deliveries', path: '/deliveries', empty: 'Nothing sent yet', add: undefined },
]

beforeEach(() => {
  signedOut()
  answerAsAda()
  server.use(
    ...['/channels', '/alert-policies', '/deliveries', '/rotations', '/members', '/tags', '/watchers'].map(
      (path) => http.get(at(path), nothing),
    ),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [HOOK], mail_configured: true })),
  )
})

test.each(PAGES)('where there is nothing, the page of $name says what would be there', async (each) => {
  openApp(`/w/acme/alerts${each.page}`)
  expect(await screen.findByRole('heading', { name: each.empty }, WAIT)).toBeVisible()
  if (each.add) expect(screen.getByRole('link', { name: each.add })).toBeVisible()
})

test('a channel whose secrets this healther cannot open says so, and what its operator does', async () => {
  const sealed = { id: 'c1', name: 'Hook', kind: 'webhook', enabled: true, usable: false, addresses: [] }
  const never = {
    quiet_hours: [],
    options: {},
    disabled_reason: null,
    last_error: null,
    last_sent_at: null,
    failures: 0,
    retry_at: null,
  }
  server.use(
    http.get(at('/channels'), () =>
      HttpResponse.json({
        items: [{ ...sealed, ...never, unusable_because: 'secret_key' }],
        next_cursor: null,
      }),
    ),
  )
  openApp('/w/acme/alerts')
  expect(await screen.findByText('Its secrets cannot be opened', {}, WAIT)).toBeVisible()
  expect(screen.getByRole('note')).toHaveTextContent('Its operator puts that key back')
})

test('where there is no channel, it says whom policies reach nevertheless, and what keeps mail from leaving', async () => {
  server.use(
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [HOOK], mail_configured: false })),
  )
  openApp('/w/acme/alerts')
  expect(await screen.findByText(/comes with the first watcher mails the owners/, {}, WAIT)).toBeVisible()
  expect(await screen.findByText(/cannot send mail by itself yet/, {}, WAIT)).toBeVisible()
})

test('a channel that no policy which is on names says that nobody is told through it', async () => {
  const channel = (name: string) => ({
    id: name,
    workspace_id: ACME.id,
    name,
    kind: 'webhook',
    options: {},
    enabled: true,
    usable: true,
    addresses: [],
    quiet_hours: [],
    failures: 0,
    last_error: null,
    last_sent_at: null,
    disabled_reason: null,
  })
  const policy = (enabled: boolean, channel_id: string) => ({
    enabled,
    steps: [{ after_s: 0, channel_ids: [channel_id], rotation_ids: [], user_ids: [], owners: false }],
  })
  const list = (items: unknown[]) => () => HttpResponse.json({ items, next_cursor: null })
  server.use(
    http.get(at('/channels'), list(['Named', 'Unnamed', 'Of one that is off'].map(channel))),
    http.get(at('/alert-policies'), list([policy(true, 'Named'), policy(false, 'Of one that is off')])),
  )
  openApp('/w/acme/alerts')
  expect(await screen.findAllByText(/^Nobody is told through it until a policy/, {}, WAIT)).toHaveLength(2)
  expect(screen.getByRole('link', { name: 'Policies, to name Unnamed in one' })).toBeVisible()
  expect(screen.queryByRole('link', { name: 'Policies, to name Named in one' })).toBeNull()
})

test.each(PAGES)('an observer reads the page of $name and adds nothing', async (each) => {
  answerAsAda([{ ...ACME, role: 'observer' }])
  openApp(`/w/acme/alerts${each.page}`)
  expect(await screen.findByRole('heading', { name: each.empty }, WAIT)).toBeVisible()
  expect(screen.queryByRole('link', { name: /^Add/ })).toBeNull()
})

test.each(PAGES)('the page of $name says what went wrong, and can be tried again', async (each) => {
  server.use(http.get(at(each.path), () => problem(500, 'The database is away.')))
  const { user } = openApp(`/w/acme/alerts${each.page}`)
  const alert = await screen.findByRole('alert', {}, WAIT)
  expect(alert).toHaveTextContent('The database is away.')
  server.use(http.get(at(each.path), nothing))
  await user.click(within(alert).getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { name: each.empty }, WAIT)).toBeVisible()
})

test('an observer finds no form for a channel or a policy', async () => {
  answerAsAda([{ ...ACME, role: 'observer' }])
  for (const page of ['channels/new?kind=webhook', 'policies/new']) {
    openApp(`/w/acme/alerts/${page}`)
    expect(
      (await screen.findAllByRole('heading', { name: 'You may look, not change' }, WAIT)).at(-1),
    ).toBeVisible()
    expect(screen.queryByLabelText('Name')).toBeNull()
  }
})

test('what the server refuses of a channel stands at its field', async () => {
  const errors = [{ where: 'body.options.url', message: 'This address is not allowed.' }]
  server.use(http.post(at('/channels'), () => problem(422, 'Wrong.', { errors })))
  const { user } = openApp('/w/acme/alerts/channels/new?kind=webhook')
  const url = await screen.findByLabelText('URL', {}, WAIT)
  await user.type(url, 'https://hooks.example.org')
  await user.click(screen.getByRole('button', { name: 'Add a channel' }))
  await expect.poll(() => url).toHaveAccessibleDescription(/This address is not allowed\./)
})

test('what the server refuses of a policy stands at its field, also where it is about one of several', async () => {
  const errors = [
    { where: 'body.name', message: 'is too long' },
    { where: 'body.steps.0.user_ids.0', message: 'is no member of this workspace' },
  ]
  const member = { user_id: 'u1', full_name: 'Bob', email: 'bob@example.org', role: 'admin' }
  server.use(
    http.get(at('/members'), () => HttpResponse.json({ items: [member], next_cursor: null })),
    http.post(at('/alert-policies/preview'), () =>
      HttpResponse.json({
        watchers: 0,
        names: [],
        lines: [],
        then: '',
        afterwards: 'ends',
        remind_every_s: null,
      }),
    ),
    http.post(at('/alert-policies'), () => problem(422, 'Wrong.', { errors })),
  )
  const { user } = openApp('/w/acme/alerts/policies/new')
  const name = await screen.findByLabelText('Name', {}, WAIT)
  await user.type(name, 'Nights')
  await user.click(screen.getByRole('checkbox', { name: 'Bob' }))
  await user.click(screen.getByRole('button', { name: 'Add a policy' }))
  await expect.poll(() => name).toHaveAccessibleDescription('is too long')
  expect(screen.getByText('is no member of this workspace')).toBeVisible()
})

test('what a policy would do is said in the reader’s language', async () => {
  const line = {
    at: '2026-11-30T12:00:00Z',
    to: 'Hook',
    words: 'English',
    after_s: 0,
    by_mail: false,
    rotation: null,
    nobody: false,
    quiet_until: null,
    why_not: null,
  }
  const lines = [
    { ...line, why_not: { because: 'channel_off', answer: '410 Gone' } },
    { ...line, after_s: 600, to: 'Bob', by_mail: true, rotation: 'Nacht' },
    { ...line, after_s: 600, to: 'Nacht', by_mail: true, rotation: 'Nacht', nobody: true },
    { ...line, quiet_until: '2026-12-01T06:00:00Z' },
  ]
  const member = { user_id: 'u1', full_name: 'Bob', email: 'bob@example.org', role: 'admin' }
  server.use(
    http.get(at('/members'), () => HttpResponse.json({ items: [member], next_cursor: null })),
    http.post(at('/alert-policies/preview'), () =>
      HttpResponse.json({
        watchers: 1,
        names: ['Shop'],
        lines,
        then: 'English',
        afterwards: 'reminds',
        remind_every_s: 1800,
      }),
    ),
  )
  await speak('de')
  try {
    const { user } = openApp('/w/acme/alerts/policies/new')
    await user.click(await screen.findByRole('checkbox', { name: 'Bob' }, WAIT))
    expect(
      await screen.findByText('Sofort, nichts an Hook: Der Kanal ist abgeschaltet: 410 Gone.', {}, WAIT),
    ).toBeVisible()
    const said = 'Nach 10 Min. ohne Bestätigung, an wen in Nacht Bereitschaft hat'
    expect(screen.getByText(`${said}: Mail an Bob.`)).toBeVisible()
    expect(screen.getByText(`${said}: niemand.`)).toBeVisible()
    expect(screen.getByText(/^Sofort: Hook; die Ruhezeit hält es bis .+ zurück\.$/)).toBeVisible()
    expect(screen.getByText(/^Danach alle wieder alle 30 Min\., bis es bestätigt/)).toBeVisible()
    expect(screen.queryByText('English')).toBeNull()
  } finally {
    await speak('en')
  }
})
