import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { speak } from '@/lib/i18n'
import { signedOut } from '@/lib/session'
import { at, entry, ID, INCIDENT, openIncident as open, WHY } from '@/test/incident'
import { http, HttpResponse, server } from '@/test/server'

beforeEach(signedOut)

test('what healther says by itself is said in German, and a name somebody gave stays as it was typed', async () => {
  await speak('de')
  try {
    const facts = { how: 'down', count: 3, cause_kind: 'address', cause: '10.0.0.7' } as const
    open(
      {
        title: '3 services on 10.0.0.7 are down',
        title_facts: facts,
        hold: 'parent',
        hold_detail: 'Router is down',
        hold_because: { because: 'parent_is', name: 'Router', state: 'down' },
      },
      [
        entry('not_notified', {
          facts: {
            to: 'Nacht',
            message: 'down',
            why: 'held back until it was over: Router is down',
            because: {
              because: 'held_to_the_end',
              hold: { because: 'parent_is', name: 'Router', state: 'down' },
            },
          },
        }),
      ],
    )
    expect(
      await screen.findByRole('heading', { name: '3 Dienste auf 10.0.0.7 sind ausgefallen' }),
    ).toBeVisible()
    expect(await screen.findByRole('region', { name: 'Zustand' })).toHaveTextContent('Router ist ausgefallen')
    expect(await screen.findByText('Zurückgehalten, bis es vorbei war: Router ist ausgefallen')).toBeVisible()
    expect(screen.queryByText(/Router is down/)).toBeNull()
  } finally {
    await speak('en')
  }
})

test('what flaps is flapping, whatever it is at the moment', async () => {
  open({ hold: 'flapping', title_facts: { how: 'flapping', name: 'Shop', count: 1 } })
  expect(await screen.findByRole('heading', { name: 'Shop is flapping' })).toBeVisible()
  const state = screen.getByRole('region', { name: 'State' })
  expect(state).toHaveTextContent('Flapping')
  expect(state).not.toHaveTextContent('Down')
  expect(document.title).toContain('Flapping: Shop is flapping')
})

test('that it changes too often is said once of how it stands, and in a line of its timeline', async () => {
  const because = { because: 'flapping' } as const
  open({ hold: 'flapping', hold_detail: 'it changes too often', hold_because: because }, [
    entry('flapping', { facts: {} }),
    entry('held', { facts: { hold: 'flapping', why: 'it changes too often', because } }),
  ])
  const state = await screen.findByRole('region', { name: 'State' })
  expect(state.textContent.match(/too often/g)).toHaveLength(1)
  const line = await screen.findByText('Alerts held: too many changes')
  expect(line.closest('li')).not.toHaveTextContent('too often')
})

test.each([
  [null, null],
  ['Ada', 'Ada'],
])('of one that is over it is said who was on it, and of nobody nothing: %s', async (by, said) => {
  open({ resolved_at: '2026-11-24T02:00:00Z', acknowledged_by: by })
  const state = await screen.findByRole('region', { name: 'State' })
  expect(within(state).queryByText('On it')?.nextSibling?.textContent ?? null).toBe(said)
  expect(state).not.toHaveTextContent('Nobody yet')
})

test('a title of healther’s own is not taken for one that somebody typed', async () => {
  const { user } = open()
  let sent: unknown
  server.use(
    http.patch(at(`/incidents/${ID}`), async ({ request }) => {
      sent = await request.json()
      return HttpResponse.json(INCIDENT)
    }),
  )
  await screen.findByRole('heading', { name: 'Shop is down' })
  await user.keyboard('e')
  const dialog = await screen.findByRole('dialog')
  await user.click(within(dialog).getByRole('button', { name: 'Save' }))
  await waitFor(() => {
    expect(sent).toEqual({ severity: 'major' })
  })
})

test('a corrected record says who corrected it and why; who is seen again after a gap is still down', async () => {
  const facts = { from: '2026-11-24T01:00:00Z', to: '2026-11-24T02:00:00Z', state: 'MAINTENANCE' }
  open({}, [
    entry('amended', { actor: 'Ada', body: 'Our own line was down.', facts }),
    entry('confirmed', { facts: { watcher: 'Shop', state: 'down', again: true } }),
  ])
  expect(await screen.findByText('Ada corrected the record')).toBeVisible()
  expect(screen.getByText('Why: Our own line was down.')).toBeVisible()
  expect(screen.getByText(/counts as in maintenance/)).toBeVisible()
  expect(screen.getByText('healther sees Shop again: still down')).toBeVisible()
})

test('what was sent is counted apart from what waits and what was overtaken', async () => {
  open()
  const messages = { sent: 120, waiting: 0, quiet: 2, capped: 3, given_up: 0, taken_back: 1, withheld: 1 }
  server.use(http.get(at(`/incidents/${ID}/why`), () => HttpResponse.json({ ...WHY, messages })))
  expect(
    await screen.findByText(
      '120 messages about it were sent. 2 wait for the end of quiet hours. 3 wait because this hour’s mails are sent. 1 was overtaken before it could leave. 1 was not sent: nobody at its address has said yes.',
    ),
  ).toBeVisible()
})

test('messages to the subscribers of a page are one line', async () => {
  open()
  const messages = { ...WHY.messages, sent: 118, given_up: 2 }
  const pages = [{ page_id: '1', page: 'Acme', messages }]
  server.use(http.get(at(`/incidents/${ID}/why`), () => HttpResponse.json({ ...WHY, messages, pages })))
  const line = await screen.findByText('Subscribers of Acme')
  expect(line.closest('li')).toHaveTextContent('118 sent · 2 given up')
  expect(screen.queryByText('None.')).toBeNull()
})

test('a line of an address that has said no says so, and what can be done', async () => {
  const facts = {
    to: 'Ops',
    message: 'down',
    why: 'refused by eve@example.org',
    because: { because: 'refused', name: 'eve@example.org' },
  }
  open({}, [entry('not_notified', { facts })])
  expect(await screen.findByText('Refused by eve@example.org')).toBeVisible()
  expect(screen.getByText(/is not asked again: take another address/)).toBeVisible()
})
