import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { BacktestPublic, BacktestRow, OutageUnder } from '@/client/types.gen'
import { speak } from '@/lib/i18n'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const page = (items: object[]) => HttpResponse.json({ items, next_cursor: null })
const SHOP = {
  id: '01900000-0000-7000-8000-0000000000a1',
  name: 'Shop',
  url: 'https://shop.example.org/',
  tags: ['front'],
  failure_threshold: 1,
  recovery_threshold: 1,
  degraded_after_ms: null,
  certificate_days: 14,
}
const TILL = { ...SHOP, id: '01900000-0000-7000-8000-0000000000a2', name: 'Till', failure_threshold: 2 }

const OUTAGE: OutageUnder = {
  state: 'down',
  started_at: '2026-05-12T10:00:00Z',
  confirmed_at: '2026-05-12T10:00:00Z',
  ended_at: '2026-05-12T10:05:00Z',
  paged_at: '2026-05-12T10:00:00Z',
  pages: 1,
  together: 1,
  why_not: null,
  reason: 'timeout',
  message: null,
}
const ROW: BacktestRow = {
  watcher_id: SHOP.id,
  watcher_name: 'Shop',
  from: OUTAGE.started_at,
  difference: 'later',
  later_s: 40,
  present: [OUTAGE],
  proposed: [{ ...OUTAGE, paged_at: '2026-05-12T10:00:40Z' }],
  words: '',
}
const FOUND: BacktestPublic = {
  from: '2026-05-10T00:00:00Z',
  to: '2026-05-17T00:00:00Z',
  watchers: 2,
  checks: 12_345,
  recorded_outages: 41,
  present: { outages: 41, pages: 41, messages: 82 },
  proposed: { outages: 1, pages: 1, messages: 2 },
  words: '',
  rows: [
    { ...ROW, from: '2026-05-11T10:00:00Z', difference: 'silent', later_s: null, proposed: [] },
    ROW,
    { ...ROW, from: '2026-05-13T10:00:00Z', difference: 'same', later_s: 0 },
  ],
  left_off: 0,
  limits: [{ code: 'spacing', words: '' }],
}

let asked: Record<string, unknown>[] = []

function open(answer: () => Response = () => HttpResponse.json(FOUND), search = '') {
  asked = []
  answerAsAda()
  server.use(
    http.get(at('/watchers'), () => page([SHOP, TILL])),
    http.get(at('/tags'), () => HttpResponse.json([{ name: 'front', watchers: 2 }])),
    http.get(at('/deliveries'), () => page([])),
    http.post(at('/backtest'), async ({ request }) => {
      asked.push((await request.json()) as Record<string, unknown>)
      return answer()
    }),
  )
  return openApp(`/w/acme/alerts/backtest${search}`)
}

beforeEach(signedOut)

test('only what was filled in is proposed, and the answer says what differs', async () => {
  const { user } = open()
  const failures = await screen.findByRole('spinbutton', { name: 'Failed checks until it is down' })
  await screen.findByText('Now not the same for all of them')
  expect(failures).toHaveAccessibleDescription('Now not the same for all of them')
  expect(
    screen.getByRole('spinbutton', { name: 'Good checks until it is healthy' }),
  ).toHaveAccessibleDescription('Now 1')
  await user.type(failures, '3')
  await user.click(screen.getByRole('button', { name: 'Try these rules' }))
  expect(await screen.findByText('These rules would have paged once instead of 41 times.')).toBeVisible()
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({ all_watchers: true, rules: { failure_threshold: 3 } })
  expect(asked[0]).not.toHaveProperty('policy')
  const figures = screen.getByRole('table', { name: 'Present and proposed rules in figures' })
  expect(within(figures).getByRole('row', { name: 'Pages 41 1' })).toBeVisible()
  const rows = within(screen.getByRole('list', { name: 'Outage by outage' }))
  expect(rows.getByText('Heard 40 sec later')).toBeVisible()
  expect(rows.getByText('Heard of no more')).toBeVisible()
  expect(rows.queryByText('Just the same')).not.toBeInTheDocument()
  await user.click(screen.getByRole('checkbox', { name: 'All 3, also those that stay the same' }))
  expect(rows.getByText('Just the same')).toBeVisible()
  expect(
    within(screen.getByRole('region', { name: 'What this cannot tell' })).getByText(/^Checks stand where/),
  ).toBeVisible()
})

test('from a watcher only its checks are asked for; no limit and another wait are sent as such', async () => {
  const { user } = open(undefined, `?watcher=${SHOP.id}`)
  const failures = await screen.findByRole('spinbutton', { name: 'Failed checks until it is down' })
  expect(await screen.findByRole('checkbox', { name: /Shop/ })).toBeChecked()
  expect(failures).toHaveAccessibleDescription('Now 1')
  await user.click(screen.getByRole('checkbox', { name: 'No limit of slowness' }))
  await user.type(screen.getByRole('spinbutton', { name: 'Minutes until somebody is told' }), '10')
  await user.selectOptions(screen.getByRole('combobox', { name: 'Which checks' }), 'The last 30 days')
  await user.click(screen.getByRole('button', { name: 'Try these rules' }))
  await screen.findByText(/^These rules would have paged/)
  expect(asked[0]).toMatchObject({
    all_watchers: false,
    watcher_ids: [SHOP.id],
    rules: { degraded_after_ms: null },
    policy: { after_s: [600] },
  })
  const { from, to } = asked[0] as { from: string; to: string }
  expect(Date.parse(to) - Date.parse(from)).toBe(30 * 86_400_000)
})

test('what is refused stands at its field, and what was typed stays', async () => {
  const { user } = open(() =>
    problem(422, 'body.from: too much', {
      errors: [{ where: 'body.from', message: 'there are more than 300,000 checks since then' }],
    }),
  )
  await user.type(await screen.findByRole('spinbutton', { name: 'Failed checks until it is down' }), '3')
  await user.click(screen.getByRole('button', { name: 'Try these rules' }))
  const days = screen.getByRole('combobox', { name: 'Which checks' })
  expect(await screen.findByText('there are more than 300,000 checks since then')).toBeVisible()
  expect(days).toHaveAccessibleDescription('there are more than 300,000 checks since then')
  expect(screen.getByRole('spinbutton', { name: 'Failed checks until it is down' })).toHaveValue(3)
})

test('a fault of the server can be tried again', async () => {
  let broken = true
  const { user } = open(() => (broken ? problem(500, 'It broke.') : HttpResponse.json(FOUND)))
  await user.click(await screen.findByRole('button', { name: 'Try these rules' }))
  const retry = await screen.findByRole('button', { name: 'Try again' })
  broken = false
  await user.click(retry)
  expect(await screen.findByText('These rules would have paged once instead of 41 times.')).toBeVisible()
})

test('without an outage, and in German, it says so', async () => {
  await speak('de')
  const none = { outages: 0, pages: 0, messages: 0 }
  const { user } = open(() =>
    HttpResponse.json({ ...FOUND, present: none, proposed: none, rows: [], limits: [] }),
  )
  await user.click(await screen.findByRole('button', { name: 'Diese Regeln erproben' }))
  expect(
    await screen.findByText('Diese Regeln hätten nicht ein Mal gerufen, wie die jetzigen.'),
  ).toBeVisible()
  expect(screen.getByText('Keine der Regeln findet einen Ausfall in dieser Zeit.')).toBeVisible()
})

test('more rules are folded away, and sent as one policy and one limit of flapping', async () => {
  const { user } = open()
  const title = await screen.findByText('More rules')
  const changes = screen.getByRole('group', { name: 'Of which changes', hidden: true })
  expect(changes).not.toBeVisible()
  await user.click(title)
  expect(changes).toBeVisible()
  expect(screen.getByText(/^These limits are the same for everybody/)).toBeVisible()
  await user.click(within(changes).getByRole('checkbox', { name: 'Degraded' }))
  await user.click(screen.getByRole('button', { name: 'Add a step' }))
  await user.type(screen.getByRole('spinbutton', { name: 'Step 2, after minutes' }), '10')
  await user.type(screen.getByRole('spinbutton', { name: 'Remind every (minutes)' }), '30')
  await user.type(screen.getByRole('spinbutton', { name: 'Changes that are flapping' }), '4')
  await user.type(screen.getByRole('spinbutton', { name: 'Within minutes' }), '60')
  await user.click(screen.getByRole('button', { name: 'Try these rules' }))
  await screen.findByText(/^These rules would have paged/)
  expect(asked[0]).toMatchObject({
    policy: {
      changes: ['down', 'recovered', 'certificate', 'flapping'],
      after_s: [0, 600],
      remind_every_s: 1800,
    },
    flapping: { changes: 4, within_s: 3600 },
  })
})

test('steps that do not rise and half a limit of flapping are refused where they stand, unasked', async () => {
  const { user } = open()
  await user.click(await screen.findByText('More rules'))
  await user.type(screen.getByRole('spinbutton', { name: 'Minutes until somebody is told' }), '10')
  await user.click(screen.getByRole('button', { name: 'Add a step' }))
  const step = screen.getByRole('spinbutton', { name: 'Step 2, after minutes' })
  await user.type(step, '5')
  const within_min = screen.getByRole('spinbutton', { name: 'Within minutes' })
  await user.type(within_min, '60')
  await user.click(screen.getByRole('button', { name: 'Try these rules' }))
  expect(await screen.findByText('Each step must come later than the one before it.')).toBeVisible()
  expect(within_min).toHaveAccessibleDescription('Fill in both, or neither.')
  expect(asked).toEqual([])
  await user.clear(within_min)
  await user.clear(step)
  await user.type(step, '15')
  await user.click(screen.getByRole('button', { name: 'Try these rules' }))
  await screen.findByText(/^These rules would have paged/)
  expect(asked[0]).toMatchObject({ policy: { after_s: [600, 900] } })
  expect(asked[0]).not.toHaveProperty('flapping')
})
