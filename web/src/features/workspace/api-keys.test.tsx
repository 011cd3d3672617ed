import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { ApiKeyPublic, WorkspacePublic } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const none = () => HttpResponse.json({ items: [], next_cursor: null })
const GRAFANA: ApiKeyPublic = {
  id: '01a209c3-4d4f-77a1-9ccc-47d635fc90f1',
  name: 'Grafana',
  prefix: 'hk_Zk3q9QxA',
  scope: 'read',
  created_by: 'Ada',
  works: true,
  created_at: ADA.created_at,
  expires_at: null,
  last_used_at: null,
}

let keys: ApiKeyPublic[]
let asked: unknown[]

const open = (workspace: WorkspacePublic = ACME) => {
  answerAsAda([workspace])
  server.use(
    http.get(at('/members'), none),
    http.get(at('/invitations'), none),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: false })),
    http.get(at('/tags'), () => HttpResponse.json([])),
    http.get(at('/update-templates'), none),
    http.get(at('/api-keys'), () => HttpResponse.json({ items: keys, next_cursor: null })),
    http.post(at('/api-keys'), async ({ request }) => {
      asked.push(await request.json())
      keys = [GRAFANA]
      return HttpResponse.json({ ...GRAFANA, key: 'hk_Zk3q9QxA-the-rest' }, { status: 201 })
    }),
  )
  return openApp('/w/acme/settings')
}

beforeEach(() => {
  signedOut()
  keys = []
  asked = []
})

test('a new key is shown once, in focus, and is a row afterwards', async () => {
  const { user } = open()
  expect(await screen.findByText('No program has a key yet.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'New key' }))
  await user.type(screen.getByLabelText('What it is for'), 'Grafana')
  await user.selectOptions(screen.getByLabelText('It expires'), 'Never')
  await user.click(screen.getByRole('button', { name: 'Make the key' }))
  const shown = await screen.findByLabelText('The key')
  expect(shown).toHaveValue('hk_Zk3q9QxA-the-rest')
  expect(shown).toHaveFocus()
  expect(asked).toEqual([{ name: 'Grafana', scope: 'read', expires_in_days: null }])
  await user.click(screen.getByRole('button', { name: 'I have copied it' }))
  const row = within(await screen.findByRole('list', { name: 'API keys' })).getByRole('listitem')
  expect(row).toHaveTextContent(/Grafana.*Read.*hk_Zk3q9QxA….*made by Ada · never used/)
  expect(document.body).not.toHaveTextContent('the-rest')
})

test('a key is revoked after a question, and a refusal stays in it', async () => {
  keys = [GRAFANA]
  const { user } = open()
  server.use(http.delete(at(`/api-keys/${GRAFANA.id}`), () => problem(404, 'There is no such API key.')))
  await user.click(await screen.findByRole('button', { name: 'Revoke the key Grafana' }))
  const dialog = screen.getByRole('dialog', { name: 'Revoke the key Grafana?' })
  await user.click(within(dialog).getByRole('button', { name: 'Revoke' }))
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('There is no such API key')
})

test('a key that opens nothing any more says so', async () => {
  keys = [{ ...GRAFANA, works: false }]
  open()
  expect(await screen.findByText(/opens nothing any more/)).toBeVisible()
})

test('observers are not shown who has keys', async () => {
  open({ ...ACME, role: 'observer' })
  expect(await screen.findByRole('region', { name: 'Members' })).toBeVisible()
  expect(screen.queryByRole('region', { name: 'API keys' })).toBeNull()
})
