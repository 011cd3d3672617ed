import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { speak } from '@/lib/i18n'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const WAIT = { timeout: 10_000 }

test('a policy that could not be is not sent, and says why in the reader’s language', async () => {
  const member = { user_id: 'u1', full_name: 'Bob', email: 'bob@example.org', role: 'admin' }
  const sent: unknown[] = []
  signedOut()
  answerAsAda()
  server.use(
    ...['/channels', '/alert-policies', '/rotations', '/tags', '/watchers'].map((path) =>
      http.get(at(path), () => HttpResponse.json({ items: [], next_cursor: null })),
    ),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: true })),
    http.get(at('/members'), () => HttpResponse.json({ items: [member], next_cursor: null })),
    http.post(at('/alert-policies'), async ({ request }) => {
      sent.push(await request.json())
      return HttpResponse.json({}, { status: 201 })
    }),
  )
  await speak('de')
  const { user } = openApp('/w/acme/alerts/policies/new')
  const name = await screen.findByLabelText('Name', {}, WAIT)
  const add = screen.getByRole('button', { name: 'Regel hinzufügen' })
  await user.click(screen.getByRole('radio', { name: 'Einige Wächter' }))
  for (const change of ['Ausfall', 'Beeinträchtigt', 'Zertifikat', 'Flattern'])
    await user.click(screen.getByRole('checkbox', { name: new RegExp(change) }))
  await user.click(add)
  await expect.poll(() => name).toHaveAccessibleDescription('Bitte ausfüllen.')
  const said = () => document.body.textContent
  expect(said()).toMatch(/Einen Wächter oder ein Schlagwort auswählen/)
  expect(said()).toMatch(/Auch etwas auswählen, das beginnt/)
  expect(said()).toMatch(/Stufe 1 nennt niemanden/)
  await user.click(screen.getByRole('checkbox', { name: 'Bob' }))
  await user.click(screen.getByRole('button', { name: 'Stufe hinzufügen' }))
  const [, second] = screen.getAllByRole('checkbox', { name: 'Bob' })
  if (second) await user.click(second)
  await user.clear(screen.getByLabelText(/^Stufe 2, nach Minuten/))
  await expect.poll(said).toMatch(/Stufe 2 muss später kommen/)
  expect(sent).toEqual([])
})
