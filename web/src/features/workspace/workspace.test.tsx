import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { MemberPublic, WorkspacePublic } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const member = (id: string, full_name: string, role: MemberPublic['role']): MemberPublic => ({
  user_id: id,
  full_name,
  email: `${full_name.toLowerCase()}@example.org`,
  role,
  created_at: ADA.created_at,
})
const MEMBERS = [member(ADA.id, 'Ada', 'owner'), member('2', 'Grace', 'owner'), member('3', 'Linus', 'admin')]

const open = (workspace: WorkspacePublic = ACME) => {
  answerAsAda([workspace])
  server.use(
    http.get(at('/members'), () => HttpResponse.json({ items: MEMBERS, next_cursor: null })),
    http.get(at('/invitations'), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: false })),
    http.get(at('/api-keys'), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at('/tags'), () => HttpResponse.json([{ name: 'shop', watchers: 2 }])),
    http.get(at('/update-templates'), () => HttpResponse.json({ items: [], next_cursor: null })),
  )
  return openApp('/w/acme/settings')
}

beforeEach(signedOut)

test('a new short name tells what breaks, and the address follows it', async () => {
  const { router, user } = open({ ...ACME, is_public: true })
  server.use(
    http.patch(api(`/workspaces/${ACME.id}`), async ({ request }) =>
      HttpResponse.json({ ...ACME, ...((await request.json()) as object) }),
    ),
  )
  const slug = await screen.findByLabelText('Short name')
  await user.clear(slug)
  await user.type(slug, 'umbrella')
  expect(slug).toHaveAccessibleDescription(/\/w\/acme will lead nowhere, and so will .*\/status\/acme/)
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await expect.poll(() => router.state.location.pathname).toBe('/w/umbrella/settings')
})

test('the last owner cannot leave, and the server says why', async () => {
  const { user } = open()
  server.use(
    http.post(at('/leave'), () => problem(409, 'A workspace needs an owner: make someone else one.')),
  )
  await user.click(await screen.findByRole('button', { name: 'Leave' }))
  const dialog = screen.getByRole('dialog', { name: 'Leave Acme?' })
  await user.click(within(dialog).getByRole('button', { name: 'Leave' }))
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('A workspace needs an owner')
})

test('admins touch no owner and make none; observers touch nothing', async () => {
  const first = open({ ...ACME, role: 'admin' })
  expect(await screen.findByLabelText('Role of Linus')).toBeVisible()
  expect(screen.queryByLabelText('Role of Grace')).toBeNull()
  const roles = within(screen.getByLabelText('Role')).getAllByRole('option')
  expect(roles.map(({ textContent }) => textContent)).toEqual(['Observer', 'Admin'])
  expect(screen.queryByRole('button', { name: 'Delete workspace' })).toBeNull()
  first.queryClient.clear()
})

test('an observer sees everything and no control but the way out', async () => {
  open({ ...ACME, role: 'observer' })
  expect(await screen.findByText('grace@example.org')).toBeVisible()
  expect(await screen.findByText('2 watchers')).toBeVisible()
  const names = within(screen.getByRole('main'))
    .getAllByRole('button')
    .map(({ textContent }) => textContent)
  expect(names).toEqual(['Leave'])
  expect(screen.getByLabelText('Name')).toHaveAttribute('readonly')
})

test('deleting a workspace takes its typed name', async () => {
  let deleted = 0
  const { router, user } = open()
  server.use(
    http.delete(api(`/workspaces/${ACME.id}`), () => {
      deleted += 1
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await user.click(await screen.findByRole('button', { name: 'Delete workspace' }))
  const dialog = screen.getByRole('dialog', { name: 'Delete Acme?' })
  const doIt = within(dialog).getByRole('button', { name: 'Delete workspace' })
  await user.click(doIt)
  expect(deleted).toBe(0)
  await user.type(within(dialog).getByLabelText('Type “acme” to confirm'), 'acme')
  await user.click(doIt)
  await expect.poll(() => router.state.location.pathname).toBe('/workspaces/new')
  expect(deleted).toBe(1)
})

test('unsaved changes are not lost by a click on a link', async () => {
  const { router, user } = open()
  await user.type(await screen.findByLabelText('Name'), ' two')
  const [link] = screen.getAllByRole('link', { name: 'Status pages' })
  if (link) await user.click(link)
  const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' })
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
  expect(router.state.location.pathname).toBe('/w/acme/settings')
  expect(screen.getByLabelText('Name')).toHaveValue('Acme two')
})
