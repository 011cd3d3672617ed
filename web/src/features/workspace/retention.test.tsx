import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { WorkspacePublic } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp, RETENTION } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const none = () => HttpResponse.json({ items: [], next_cursor: null })
let sent: unknown[]

const open = async (workspace: WorkspacePublic = ACME) => {
  answerAsAda([workspace])
  server.use(
    http.get(at('/members'), none),
    http.get(at('/invitations'), none),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: false })),
    http.get(at('/api-keys'), none),
    http.get(at('/tags'), () => HttpResponse.json([])),
    http.get(at('/update-templates'), none),
    http.patch(at('/retention'), async ({ request }) => {
      const body = (await request.json()) as object
      sent.push(body)
      return HttpResponse.json({ ...RETENTION, ...body })
    }),
  )
  const { user } = openApp('/w/acme/settings')
  const section = within(await screen.findByRole('region', { name: 'How long things are kept' }))
  const checks = await section.findByLabelText('Single checks (days)')
  return { user, section, checks, save: () => section.getByRole('button', { name: 'Set these times' }) }
}

beforeEach(() => {
  signedOut()
  sent = []
})

test('keeping things longer is saved at once, an empty field is for ever', async () => {
  const { user, section, checks, save } = await open()
  expect(checks).toHaveValue('30')
  expect(section.getByLabelText('Uptime and response times by the day (days)')).toHaveValue('')
  await user.clear(checks)
  await user.type(checks, '60')
  await user.clear(section.getByLabelText('Response times by the hour (days)'))
  await user.click(save())
  await expect
    .poll(() => sent)
    .toEqual([
      { keep_events_days: 60, keep_hourly_days: null, keep_daily_days: null, keep_deliveries_days: 90 },
    ])
})

test('keeping things shorter is asked for first, because they are gone then', async () => {
  const { user, checks, save } = await open()
  await user.clear(checks)
  await user.type(checks, '7')
  await user.click(save())
  const dialog = within(await screen.findByRole('dialog', { name: 'Forget what is older?' }))
  expect(sent).toEqual([])
  await user.click(dialog.getByRole('button', { name: 'Forget it' }))
  await expect.poll(() => sent).toHaveLength(1)
})

test('what the server refuses stands at its field', async () => {
  const { user, section, save } = await open()
  server.use(
    http.patch(at('/retention'), () =>
      problem(422, 'No.', {
        errors: [{ where: 'body.keep_daily_days', message: 'must be 400 or more (got 30)' }],
      }),
    ),
  )
  const daily = section.getByLabelText('Uptime and response times by the day (days)')
  await user.type(daily, '30')
  await user.click(save())
  await user.click(await screen.findByRole('button', { name: 'Forget it' }))
  await expect.poll(() => daily).toHaveAccessibleDescription(/must be 400 or more/)
})

test('who is no owner reads it', async () => {
  const { checks, section } = await open({ ...ACME, role: 'admin' })
  expect(checks).toHaveAttribute('readonly')
  expect(section.queryByRole('button', { name: 'Set these times' })).toBeNull()
})

test('what cannot be read says so, and is tried again', async () => {
  let asked = 0
  answerAsAda()
  server.use(
    http.get(at('/members'), none),
    http.get(at('/invitations'), none),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: false })),
    http.get(at('/api-keys'), none),
    http.get(at('/tags'), () => HttpResponse.json([])),
    http.get(at('/update-templates'), none),
    http.get(at('/retention'), () => {
      asked += 1
      return asked === 1 ? problem(500, 'The database is away.') : HttpResponse.json(RETENTION)
    }),
  )
  const { user } = openApp('/w/acme/settings')
  const section = within(await screen.findByRole('region', { name: 'How long things are kept' }))
  await user.click(await section.findByRole('button', { name: 'Try again' }))
  expect(await section.findByLabelText('Single checks (days)')).toHaveValue('30')
})
