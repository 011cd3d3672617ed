import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { InvitationMade, InvitationPublic, WorkspacePublic } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const at = (path: string) => api(`/workspaces/${ACME.id}${path}`)
const LINK = 'https://status.example.org/invitation#Zk3q9QxA'
const GRACE: InvitationPublic = {
  id: '01900000-0000-7000-8000-00000000000a',
  email: 'grace@example.org',
  role: 'observer',
  invited_by: 'Ada Lovelace',
  mailed: true,
  works: true,
  created_at: ADA.created_at,
  expires_at: '2099-11-30T12:00:00Z',
}
const shown: InvitationMade = { ...GRACE, mailed: false, link: LINK, mail_error: null }

interface House {
  mails?: boolean
  invited?: InvitationPublic[]
  workspace?: WorkspacePublic
}

/** The members' page; answers the bodies that were sent to invite or to invite again. */
function open({ mails = true, invited = [GRACE], workspace = ACME }: House = {}) {
  const sent: unknown[] = []
  const made = async (request: Request) => {
    sent.push(await request.json())
    const byMail = mails && !JSON.stringify(sent.at(-1)).includes('link')
    return HttpResponse.json(byMail ? { ...GRACE, link: null, mail_error: null } : shown, { status: 201 })
  }
  const none = () => HttpResponse.json({ items: [], next_cursor: null })
  answerAsAda([workspace])
  server.use(
    http.get(at('/members'), none),
    http.get(at('/invitations'), () => HttpResponse.json({ items: invited, next_cursor: null })),
    http.post(at('/invitations'), ({ request }) => made(request)),
    http.post(at('/invitations/:id/resend'), ({ request }) => made(request)),
    http.get(api('/channel-kinds'), () => HttpResponse.json({ kinds: [], mail_configured: mails })),
    http.get(at('/api-keys'), none),
    http.get(at('/tags'), () => HttpResponse.json([])),
    http.get(at('/update-templates'), none),
  )
  return { sent, ...openApp('/w/acme/settings') }
}

const invite = async (user: ReturnType<typeof open>['user']) => {
  await user.type(await screen.findByLabelText('Email'), 'grace@example.org')
  await user.click(screen.getByRole('button', { name: 'Invite' }))
}

beforeEach(signedOut)

test('whoever is invited gets a mail, and no link is shown', async () => {
  const { user, sent } = open()
  await screen.findByText('Send no mail, show me a link to hand over')
  await invite(user)
  expect(await screen.findByText('An invitation is on its way to grace@example.org.')).toBeVisible()
  expect(sent).toEqual([{ email: 'grace@example.org', role: 'observer', by: null }])
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a link to hand over is shown once, ready to be copied', async () => {
  const { user, sent } = open()
  await user.click(await screen.findByLabelText('Send no mail, show me a link to hand over'))
  await invite(user)
  const dialog = await screen.findByRole('dialog', { name: 'Invite grace@example.org' })
  expect(within(dialog).getByLabelText('Link')).toHaveValue(LINK)
  expect(within(dialog).getByLabelText('Link')).toHaveFocus()
  expect(within(dialog).getByRole('button', { name: 'Copy link' })).toBeVisible()
  await user.click(within(dialog).getByRole('button', { name: 'Done' }))
  expect(screen.queryByText(LINK)).toBeNull()
  expect(sent).toEqual([{ email: 'grace@example.org', role: 'observer', by: 'link' }])
})

test('without a mail server people are told so, and get the link', async () => {
  const { user } = open({ mails: false })
  expect(await screen.findByText(/No mail is sent from here/)).toBeVisible()
  expect(screen.queryByLabelText('Send no mail, show me a link to hand over')).toBeNull()
  expect(screen.queryByRole('button', { name: /^Send the invitation of/ })).toBeNull()
  await invite(user)
  expect(await screen.findByRole('dialog')).toHaveTextContent('for grace@example.org alone')
})

test('a mail that did not leave says why beside the link', async () => {
  const { user } = open()
  server.use(
    http.post(at('/invitations'), () =>
      HttpResponse.json({ ...shown, mail_error: 'mail.example.org refused' }, { status: 201 }),
    ),
  )
  await invite(user)
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByRole('alert')).toHaveTextContent('mail.example.org refused')
  expect(within(dialog).getByLabelText('Link')).toHaveValue(LINK)
})

test('a refusal is said where it belongs', async () => {
  const { user } = open()
  server.use(http.post(at('/invitations'), () => problem(409, 'They are a member already.')))
  await invite(user)
  expect(await screen.findByRole('alert')).toHaveTextContent('They are a member already.')
})

test('an open invitation is sent again, and withdrawn after a question', async () => {
  const withdrawn: string[] = []
  const { user, sent } = open()
  server.use(
    http.delete(at('/invitations/:id'), ({ params }) => {
      withdrawn.push(String(params.id))
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const row = within(await screen.findByRole('list', { name: 'Open invitations' }))
  expect(row.getByText(/by Ada Lovelace · sent by mail · until/)).toBeVisible()
  await user.click(await row.findByRole('button', { name: 'Send the invitation of grace@example.org again' }))
  await waitFor(() => {
    expect(sent).toEqual([{ by: 'mail' }])
  })
  await user.click(row.getByRole('button', { name: 'New link for grace@example.org' }))
  const link = await screen.findByRole('dialog')
  await user.click(within(link).getByRole('button', { name: 'Done' }))
  await user.click(row.getByRole('button', { name: 'Withdraw the invitation of grace@example.org' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Withdraw' }))
  expect(await screen.findByText('grace@example.org is not invited any more.')).toBeVisible()
  expect(withdrawn).toEqual([GRACE.id])
})

test('what has expired or is worth nothing says so; admins touch no invitation of an owner', async () => {
  open({
    workspace: { ...ACME, role: 'admin' },
    invited: [
      { ...GRACE, id: '1', email: 'a@example.org', works: false, expires_at: '2020-01-01T12:00:00Z' },
      { ...GRACE, id: '2', email: 'b@example.org', works: false },
      { ...GRACE, id: '3', email: 'c@example.org', role: 'owner' },
    ],
  })
  expect(await screen.findByText(/expired/)).toBeVisible()
  expect(screen.getByText(/whoever sent it may not invite any more/)).toBeVisible()
  expect(screen.getByRole('button', { name: 'Withdraw the invitation of b@example.org' })).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Withdraw the invitation of c@example.org' })).toBeNull()
})

test('an observer sees no invitations and asks for none', async () => {
  const { queryClient } = open({ workspace: { ...ACME, role: 'observer' } })
  expect(await screen.findByRole('heading', { name: 'Members' })).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Invite' })).toBeNull()
  expect(queryClient.getQueryState(['invitations', ACME.id])).toBeUndefined()
})
