import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { RotationPublic } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const WEEKLY = {
  id: 'r1',
  workspace_id: ACME.id,
  name: 'Weekly',
  every: 'week',
  time_zone: 'UTC',
  handover_weekday: 'MO',
  handover_time: '09:00',
  starts_on: '2026-11-23',
  members: [{ id: ADA.id, name: 'Ada' }],
  has_feed: true,
  version: 1,
  created_at: ACME.created_at,
} as unknown as RotationPublic

let hasFeed: boolean

beforeEach(() => {
  signedOut()
  answerAsAda()
  hasFeed = true
  server.use(
    http.get(at('/rotations'), () =>
      HttpResponse.json({ items: [{ ...WEEKLY, has_feed: hasFeed }], next_cursor: null }),
    ),
    http.get(at('/rotations/r1/schedule'), () => HttpResponse.json({ items: [] })),
    http.get(at('/rotations/r1/overrides'), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at('/members'), () => HttpResponse.json({ items: [], next_cursor: null })),
  )
})

const calendar = () => screen.findByRole('region', { name: 'Calendar' }, { timeout: 10_000 })

test('a calendar link is ended after asking, and can be made anew', async () => {
  server.use(
    http.delete(at('/rotations/r1/feed'), () => {
      hasFeed = false
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = openApp('/w/acme/alerts/on-call/r1')
  await user.click(within(await calendar()).getByRole('button', { name: 'End the link' }))
  const dialog = screen.getByRole('dialog', { name: 'End the calendar link of Weekly?' })
  await user.click(within(dialog).getByRole('button', { name: 'End the link' }))
  expect(await within(await calendar()).findByText(/A secret link to subscribe/)).toBeVisible()
  expect(within(await calendar()).queryByRole('button', { name: 'End the link' })).toBeNull()
  expect(within(await calendar()).getByRole('button', { name: 'Make a link' })).toBeVisible()
})

test('a refusal to end the link is told where it was asked', async () => {
  server.use(http.delete(at('/rotations/r1/feed'), () => problem(409, 'Not now.')))
  const { user } = openApp('/w/acme/alerts/on-call/r1')
  await user.click(within(await calendar()).getByRole('button', { name: 'End the link' }))
  const dialog = screen.getByRole('dialog')
  await user.click(within(dialog).getByRole('button', { name: 'End the link' }))
  expect(await within(dialog).findByText('Not now.')).toBeVisible()
})

test('an observer sees who is on call and no control', async () => {
  answerAsAda([{ ...ACME, role: 'observer' }])
  openApp('/w/acme/alerts/on-call/r1')
  expect(await screen.findByRole('heading', { name: 'Weekly' }, { timeout: 10_000 })).toBeVisible()
  expect(screen.queryByRole('region', { name: 'Calendar' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
})
