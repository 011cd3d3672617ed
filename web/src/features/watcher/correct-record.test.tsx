import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { AmendmentPublic } from '@/client/types.gen'
import { speak } from '@/lib/i18n'
import { answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'
import { amendments, answer, SHOP } from './watcher-page.fixtures'

// jsdom has no canvas; what a chart says stands beside it as text.
vi.mock('./plot', () => ({ default: () => null }))

const address = `/w/acme/watchers/${SHOP.id}`
const TILL = { ...SHOP, id: '01900000-0000-7000-8000-000000000004', name: 'Till' }

/** Opens the dialog among two watchers; what is sent is collected. */
async function correct(name: string) {
  const sent: Record<string, unknown>[] = []
  answer()
  server.use(
    http.get(api('/workspaces/:id/watchers'), () =>
      HttpResponse.json({ items: [SHOP, TILL], next_cursor: null }),
    ),
    http.post(api(amendments), async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>)
      return HttpResponse.json({}, { status: 201 })
    }),
  )
  const { user } = openApp(address)
  await user.click(await screen.findByRole('button', { name }))
  const dialog = await screen.findByRole('dialog', { name })
  return { user, dialog, sent }
}

beforeEach(() => {
  answerAsAda()
})

test('an owner corrects the record in the zone of the account, and a refusal lands on its field', async () => {
  answer({
    ...SHOP,
    maintenance: { window_id: '1', title: 'Upgrade', since: '2026-11-23T12:00:00Z', until: null },
  })
  const sent: Record<string, unknown>[] = []
  server.use(
    http.post(api(amendments), async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>)
      if (sent.length === 1)
        return problem(422, 'invalid', { errors: [{ where: 'body.to', message: 'lies in the future' }] })
      return HttpResponse.json({}, { status: 201 })
    }),
  )
  const { user } = openApp(address)
  expect(await screen.findByText('Upgrade, until somebody ends it')).toBeVisible()
  await user.click(await screen.findByRole('button', { name: 'Correct the record' }))
  const dialog = await screen.findByRole('dialog', { name: 'Correct the record' })
  await user.selectOptions(within(dialog).getByLabelText('What it was'), 'Maintenance')
  await user.type(within(dialog).getByLabelText('Why'), 'A switch was replaced.')
  await user.click(within(dialog).getByRole('button', { name: 'Correct' }))
  expect(await within(dialog).findByText('lies in the future')).toBeVisible()
  await user.click(within(dialog).getByRole('button', { name: 'Correct' }))
  await waitFor(() => expect(dialog).not.toBeInTheDocument())
  expect(sent[1]).toMatchObject({
    watcher_ids: [SHOP.id],
    state: 'maintenance',
    reason: 'A switch was replaced.',
  })
})

test('corrections that cannot be read say so, and are tried again', async () => {
  answer()
  let asked = 0
  server.use(
    http.get(api(amendments), () => {
      asked += 1
      return asked === 1
        ? problem(500, 'The database is away.')
        : HttpResponse.json({ items: [], next_cursor: null })
    }),
  )
  const { user } = openApp(address)
  const section = within(await screen.findByRole('region', { name: 'Corrections' }))
  await user.click(await section.findByRole('button', { name: 'Try again' }))
  expect(await section.findByText('Nobody has corrected this record.')).toBeVisible()
})

test('several watchers are corrected at once: those chosen, and at least one', async () => {
  const { user, dialog, sent } = await correct('Correct the record')
  expect(within(dialog).getByRole('radio', { name: 'Only Shop' })).toBeChecked()
  expect(within(dialog).queryByRole('checkbox')).not.toBeInTheDocument()
  await user.click(within(dialog).getByRole('radio', { name: 'Chosen watchers' }))
  const shop = await within(dialog).findByRole('checkbox', { name: 'Shop' })
  expect(shop).toBeChecked()
  await user.click(shop)
  await user.type(within(dialog).getByLabelText('Why'), 'Our egress was down.')
  await user.click(within(dialog).getByRole('button', { name: 'Correct' }))
  const choice = within(dialog).getByRole('group', { name: 'Chosen watchers' })
  await waitFor(() => expect(choice).toHaveAccessibleDescription('Choose at least one watcher.'))
  expect(sent).toEqual([])
  await user.click(shop)
  await user.click(within(dialog).getByRole('checkbox', { name: 'Till' }))
  await user.click(within(dialog).getByRole('button', { name: 'Correct' }))
  await waitFor(() => expect(dialog).not.toBeInTheDocument())
  expect(sent).toHaveLength(1)
  expect(sent[0]).toMatchObject({ watcher_ids: [SHOP.id, TILL.id], state: 'unknown' })
  expect(sent[0]).not.toHaveProperty('all_watchers')
})

test('one that is gone by now is refused where it was chosen', async () => {
  const { user, dialog } = await correct('Correct the record')
  const refusal = { where: 'body.watcher_ids.1', message: 'is no watcher of this workspace' }
  server.use(http.post(api(amendments), () => problem(422, 'invalid', { errors: [refusal] })))
  await user.click(within(dialog).getByRole('radio', { name: 'Chosen watchers' }))
  await user.click(await within(dialog).findByRole('checkbox', { name: 'Till' }))
  await user.type(within(dialog).getByLabelText('Why'), 'A switch was replaced.')
  await user.click(within(dialog).getByRole('button', { name: 'Correct' }))
  expect(await within(dialog).findByText('is no watcher of this workspace')).toBeVisible()
})

test('a correction without a reason, or of what is to come, is not sent', async () => {
  const { user, dialog, sent } = await correct('Correct the record')
  const [why, to] = [within(dialog).getByLabelText('Why'), within(dialog).getByLabelText(/^To/)]
  await user.clear(to)
  await user.type(to, '2099-01-01T00:00')
  await user.click(within(dialog).getByRole('button', { name: 'Correct' }))
  await waitFor(() => expect(why).toHaveAccessibleDescription(/Fill this in/))
  expect(to).toHaveAccessibleDescription(/Lies in the future/)
  await user.clear(to)
  await user.type(to, '1999-01-01T00:00')
  await waitFor(() => expect(to).toHaveAccessibleDescription(/Must be after the beginning/))
  expect(sent).toEqual([])
})

test('every watcher is corrected without naming one, in German too', async () => {
  await speak('de')
  const { user, dialog, sent } = await correct('Aufzeichnung berichtigen')
  await user.click(within(dialog).getByRole('radio', { name: 'Alle Wächter' }))
  await user.type(within(dialog).getByLabelText('Warum'), 'Unser Ausgang war gestört.')
  await user.click(within(dialog).getByRole('button', { name: 'Berichtigen' }))
  await waitFor(() => expect(dialog).not.toBeInTheDocument())
  expect(sent[0]).toMatchObject({ all_watchers: true, reason: 'Unser Ausgang war gestört.' })
  expect(sent[0]).not.toHaveProperty('watcher_ids')
})

test('a correction of several says so, and so does taking it back', async () => {
  const both: AmendmentPublic = {
    id: '01900000-0000-7000-8000-000000000005',
    watcher_ids: [SHOP.id, TILL.id],
    from: '2026-11-23T02:10:00Z',
    to: '2026-11-23T02:40:00Z',
    state: 'unknown',
    reason: 'Our egress was down.',
    created_at: '2026-11-23T12:00:00Z',
    created_by: 'Ada Lovelace',
    withdrawn_at: null,
    withdrawn_by: null,
  }
  answer()
  server.use(http.get(api(amendments), () => HttpResponse.json({ items: [both], next_cursor: null })))
  const { user } = openApp(address)
  const section = within(await screen.findByRole('region', { name: 'Corrections' }))
  expect(await section.findByText(/^of 2 watchers · Ada Lovelace/)).toBeVisible()
  await user.click(section.getByRole('button', { name: 'Withdraw' }))
  expect(await screen.findByRole('dialog', { name: 'Withdraw this correction?' })).toHaveTextContent(
    'For all 2 watchers',
  )
})
