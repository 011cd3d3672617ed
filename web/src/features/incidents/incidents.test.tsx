import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { IncidentMemberPublic } from '@/client/types.gen'
import { speak } from '@/lib/i18n'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { at, entry, ID, INCIDENT, openIncident as open, page, WHY } from '@/test/incident'
import { http, HttpResponse, problem, server } from '@/test/server'

beforeEach(signedOut)

test('the timeline says in words what happened and why nobody was told', async () => {
  open({}, [
    entry('not_notified', { facts: { to: 'Night shift', message: 'down', why: 'quiet hours' } }),
    entry('detected', { facts: { watcher: 'Shop', reason: 'timeout', message: 'no answer within 5 s' } }),
  ])
  expect(await screen.findByText('Night shift does not get “down”')).toBeVisible()
  const timeline = screen.getByRole('list', { name: 'Timeline' })
  expect(timeline).toHaveTextContent('quiet hours')
  expect(timeline).toHaveTextContent('Shop failed its first check')
  expect(timeline).toHaveTextContent('The answer took too long.')
  expect(await screen.findByText('Nobody has been told.')).toBeVisible()
})

test('that no policy covers it is said where that was so', async () => {
  open()
  const facts = { message: 'down', why: 'no policy covers it', because: { because: 'no_policy' } }
  const decisions = [entry('not_notified', { facts })]
  server.use(http.get(at(`/incidents/${ID}/why`), () => HttpResponse.json({ ...WHY, decisions })))
  expect(await screen.findByText('No alert policy covers it, so nobody was told.')).toBeVisible()
})

test('an observer reads everything and finds nothing to press but the filter of the timeline', async () => {
  open({}, [entry('update', { actor: 'Ada', stage: 'identified', body: 'x', body_html: '<p>x</p>' })], {
    ...ACME,
    role: 'observer',
  })
  expect(await screen.findByText('Ada: Identified')).toBeVisible()
  const names = within(screen.getByRole('main'))
    .getAllByRole('button')
    .map(({ textContent }) => textContent)
  expect(names).toEqual(['Everything', 'What people said'])
})

test('time in which nobody checked is not counted as down', async () => {
  open({ stage: 'resolved', resolved_at: '2026-11-24T01:01:47Z', unwatched_s: 47 })
  const state = await screen.findByRole('region', { name: 'State' })
  expect(state).toHaveTextContent('lasted 1 min, not watched for another 47 s')
  expect(within(state).getAllByText('Resolved')).toHaveLength(1)
})

test('what is down is not resolved by saying so: the refusal stays in sight', async () => {
  const { user } = open()
  server.use(http.post(at(`/incidents/${ID}/resolve`), () => problem(409, 'Still impaired: Shop.')))
  await user.click(await screen.findByRole('button', { name: 'Resolve' }))
  const dialog = screen.getByRole('dialog')
  await user.click(within(dialog).getByRole('button', { name: 'Resolve' }))
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('Still impaired: Shop.')
})

const member = (watcher_id: string, name: string): IncidentMemberPublic => ({
  watcher_id,
  name,
  impact: 'down',
  automatic: true,
  reason: null,
  message: null,
  joined_at: INCIDENT.started_at,
  left_at: null,
  unwatched: false,
})

test('of services that are over, one that was paused is not said to be resolved', async () => {
  const over = { left_at: '2026-11-24T01:00:39Z' }
  const items = [
    { ...member('w1', 'Paused'), ...over, unwatched: true },
    { ...member('w2', 'Shop'), ...over },
  ]
  open()
  server.use(http.get(at(`/incidents/${ID}/members`), () => page(items)))
  const [paused, shop] = within(await screen.findByRole('list', { name: 'Affected' })).getAllByRole(
    'listitem',
  )
  expect(paused).toHaveTextContent('No longer watchedfor 39 sec until then')
  expect(paused).not.toHaveTextContent('Resolved')
  expect(shop).toHaveTextContent('Resolvedover after 39 sec')
})

test('a service joins an open incident later, with its own impact, by keyboard', async () => {
  const sent: unknown[] = []
  const { user } = open({ watchers: { items: [member('w1', 'Shop')], next_cursor: null } })
  server.use(
    http.get(at('/watchers'), () =>
      page([
        { id: 'w1', name: 'Shop', url: '' },
        { id: 'w2', name: 'Blog', url: '' },
      ]),
    ),
    http.patch(at(`/incidents/${ID}`), async ({ request }) => {
      sent.push(await request.json())
      return sent.length === 1
        ? problem(422, 'Wrong.', {
            errors: [{ where: 'body.components.0.watcher_id', message: 'is no watcher of this workspace' }],
          })
        : HttpResponse.json(INCIDENT)
    }),
  )
  await screen.findByRole('heading', { name: 'Shop is down' })
  await user.keyboard('e')
  const dialog = within(await screen.findByRole('dialog'))
  expect(dialog.queryByRole('checkbox', { name: 'Shop' })).not.toBeInTheDocument()
  const blog = await dialog.findByRole('checkbox', { name: 'Blog' })
  blog.focus()
  await user.keyboard(' ')
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Impact on Blog' }), 'degraded')
  await user.click(dialog.getByRole('button', { name: 'Save' }))
  expect(await dialog.findByText('is no watcher of this workspace')).toBeVisible()
  await user.click(dialog.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  const components = [{ watcher_id: 'w2', impact: 'degraded' }]
  expect(sent.at(-1)).toEqual({ severity: 'major', components })
})

test('the timeline says who joined and what became of the others', async () => {
  const components = { Blog: [null, 'degraded'], Shop: ['down', 'degraded'] }
  open({}, [entry('edited', { actor: 'Ada', facts: { changes: { components } } })])
  expect(await screen.findByText('Blog joined: Degraded')).toBeVisible()
  expect(screen.getByText(/^Shop.*Degraded$/)).toBeVisible()
})

test('what is written about why it happened is saved by a word that no tab has', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Root cause: Write' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Root cause' }))
  expect(dialog.getByRole('button', { name: 'Save' })).toHaveAttribute('type', 'submit')
  expect(dialog.getAllByRole('button', { name: 'Write' })).toHaveLength(1)
})

test('why a rule went no further is said in the language of the page', async () => {
  await speak('de')
  const run = {
    policy_id: ID,
    policy: 'Nachts',
    kind: 'down',
    started_at: INCIDENT.started_at,
    next_step: 1,
    next_at: null,
    ended_at: INCIDENT.started_at,
  }
  const runs = ['resolved', 'acknowledged', 'policy switched off'].map((end_reason) => ({
    ...run,
    end_reason,
  }))
  open()
  server.use(http.get(at(`/incidents/${ID}/why`), () => HttpResponse.json({ ...WHY, runs })))
  expect(await screen.findByText('beendet: behoben')).toBeVisible()
  expect(screen.getByText('beendet: jemand kümmert sich')).toBeVisible()
  expect(screen.getByText('beendet: Regel abgeschaltet')).toBeVisible()
})

test('an empty update is not sent, and says so at its field', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Post update' }))
  const words = screen.getByRole('textbox', { name: 'What is known' })
  expect(words).toHaveAccessibleDescription(/Say something/)
})

test('the list has its filters in the address and tells what would be there', async () => {
  answerAsAda()
  server.use(http.get(at('/watchers'), () => page([])))
  const { router, user } = openApp('/w/acme/incidents')
  expect(await screen.findByRole('heading', { name: 'No incident yet' })).toBeVisible()
  await router.navigate({ to: '/w/$workspace/incidents', params: { workspace: 'acme' }, search: { days: 7 } })
  await user.selectOptions(await screen.findByLabelText('Severity'), 'Critical')
  expect(router.state.location.search).toEqual({ days: 7, severity: 'critical' })
})
