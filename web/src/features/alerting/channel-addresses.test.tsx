import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, server } from '@/test/server'

const CHANNEL = {
  id: 'c1',
  workspace_id: ACME.id,
  name: 'Ops',
  kind: 'email',
  options: { kind: 'email', to: ['eve@example.org'] },
  enabled: true,
  disabled_reason: null,
  quiet_hours: [],
  failures: 0,
  retry_at: null,
  last_sent_at: null,
  last_error: null,
  usable: true,
  addresses: [
    { address: 'eve@example.org', state: 'waiting', asked_at: null, ask_after: null, problem: null },
  ],
  version: 1,
  created_at: ADA.created_at,
}
const EMAIL = {
  kind: 'email',
  title: 'Email',
  description: 'Mail.',
  json_schema: { properties: { kind: { const: 'email' } } },
}
const HELD = 'You can have it asked here once you have confirmed your own address.'

test.each([
  { own: 'waiting', held: true },
  { own: 'confirmed', held: false },
])('where your own address is $own, an address that was not asked says what to do', async ({ own, held }) => {
  answerAsAda()
  server.use(
    http.get(api('/users/me/email'), () =>
      HttpResponse.json({ address: ADA.email, state: own, asked_at: null, problem: null, mailed_at: null }),
    ),
    http.get(api(`/workspaces/${ACME.id}/channels`), () =>
      HttpResponse.json({ items: [CHANNEL], next_cursor: null }),
    ),
    http.get(api(`/workspaces/${ACME.id}/channels/c1`), () => HttpResponse.json(CHANNEL)),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [EMAIL], mail_configured: true })),
  )
  openApp('/w/acme/alerts/channels/c1')
  const text = held ? HELD : /^Not asked yet: whoever entered it had not confirmed their own address/
  expect(await screen.findByText(text, undefined, { timeout: 10_000 })).toBeVisible()
  expect(screen.queryAllByRole('button', { name: 'Ask eve@example.org again' })).toHaveLength(held ? 0 : 1)
})
