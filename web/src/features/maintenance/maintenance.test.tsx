import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { speak } from '@/lib/i18n'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const nothing = () => HttpResponse.json({ items: [], next_cursor: null })
const WAIT = { timeout: 10_000 }
const EMPTY = { name: 'No maintenance is planned' }

beforeEach(() => {
  signedOut()
  answerAsAda()
  server.use(
    ...['/maintenance', '/tags', '/watchers', '/status-pages'].map((path) => http.get(at(path), nothing)),
    http.post(at('/maintenance/preview'), () => HttpResponse.json({ rrule: null, occurrences: [] })),
  )
})

test('where none is planned, the page says what would be there, and leads to the first', async () => {
  openApp('/w/acme/maintenance')
  expect(await screen.findByRole('heading', EMPTY, WAIT)).toBeVisible()
  expect(screen.getByRole('link', { name: 'Plan maintenance' })).toBeVisible()
})

test('an observer reads it and plans nothing', async () => {
  answerAsAda([{ ...ACME, role: 'observer' }])
  const { router } = openApp('/w/acme/maintenance')
  expect(await screen.findByRole('heading', EMPTY, WAIT)).toBeVisible()
  expect(screen.queryByRole('link', { name: 'Plan maintenance' })).toBeNull()
  await router.navigate({ to: '/w/$workspace/maintenance/new', params: { workspace: 'acme' } })
  expect(await screen.findByRole('heading', { name: 'You may look, not change' }, WAIT)).toBeVisible()
})

test('what went wrong is said, and tried again', async () => {
  server.use(http.get(at('/maintenance'), () => problem(500, 'The database is away.')))
  const { user } = openApp('/w/acme/maintenance')
  const alert = await screen.findByRole('alert', {}, WAIT)
  expect(alert).toHaveTextContent('The database is away.')
  server.use(http.get(at('/maintenance'), nothing))
  await user.click(within(alert).getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', EMPTY, WAIT)).toBeVisible()
})

test('what the server refuses stands at its field, also where it is about one of several', async () => {
  const shop = { id: 'w1', name: 'Shop', url: 'https://shop.example.org' }
  const errors = [
    { where: 'body.title', message: 'is taken' },
    { where: 'body.watcher_ids.0', message: 'is no watcher of this workspace' },
  ]
  server.use(
    http.get(at('/watchers'), () => HttpResponse.json({ items: [shop], next_cursor: null })),
    http.post(at('/maintenance'), () => problem(422, 'Wrong.', { errors })),
  )
  const { user } = openApp('/w/acme/maintenance/new')
  const title = await screen.findByLabelText('Title', {}, WAIT)
  await user.type(title, 'Upgrade')
  await user.click(await screen.findByRole('checkbox', { name: 'Shop' }))
  await user.click(screen.getByRole('button', { name: 'Plan maintenance' }))
  await expect.poll(() => title).toHaveAccessibleDescription(/is taken/)
  expect(screen.getByText('is no watcher of this workspace')).toBeVisible()
})

test('a window for nothing, or without a title, is not sent, and says so in the reader’s language', async () => {
  await speak('de')
  const sent: unknown[] = []
  server.use(
    http.get(at('/tags'), () => HttpResponse.json([{ name: 'shop', watchers: 1 }])),
    http.post(at('/maintenance'), async ({ request }) => {
      sent.push(await request.json())
      return HttpResponse.json({}, { status: 201 })
    }),
  )
  const { user } = openApp('/w/acme/maintenance/new')
  const title = await screen.findByLabelText('Titel', {}, WAIT)
  const plan = screen.getByRole('button', { name: 'Wartung planen' })
  await user.click(plan)
  await expect.poll(() => title).toHaveAccessibleDescription(/Bitte ausfüllen/)
  await user.type(title, 'Umzug')
  await user.click(plan)
  const watchers = screen.getByRole('group', { name: 'Diese Wächter' })
  await expect
    .poll(() => watchers)
    .toHaveAccessibleDescription(/^Einen Wächter oder ein Schlagwort auswählen/)
  expect(watchers).toHaveFocus()
  expect(sent).toEqual([])
  await user.click(await screen.findByRole('checkbox', { name: 'shop' }))
  await expect.poll(() => watchers).not.toHaveAccessibleDescription()
  await user.click(plan)
  await expect.poll(() => sent).toMatchObject([{ title: 'Umzug', tags: ['shop'], watcher_ids: [] }])
})
