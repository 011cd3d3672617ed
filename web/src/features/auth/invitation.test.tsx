import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { InvitationSeen } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server, TOKEN } from '@/test/server'

const SEEN: InvitationSeen = {
  workspace: 'Acme',
  role: 'observer',
  email: 'a•••@example.org',
  expires_at: '2099-11-30T12:00:00Z',
  expired: false,
}
const TOKEN_OF_LINK = 'Zk3q9QxA_-'
const ADDRESS = `/invitation#${TOKEN_OF_LINK}`

/** The page of the link, for somebody who is not signed in. */
function open(seen: Partial<InvitationSeen> = {}, address = ADDRESS) {
  server.use(
    http.post(api('/invitations/look'), async ({ request }) => {
      expect(await request.json()).toEqual({ token: TOKEN_OF_LINK })
      return HttpResponse.json({ ...SEEN, ...seen })
    }),
  )
  return openApp(address)
}

beforeEach(() => {
  signedOut()
  server.use(http.post(api('/auth/refresh'), () => problem(401, 'There is no sign-in.')))
})

test('somebody without an account makes one, and is in the workspace', async () => {
  const sent: unknown[] = []
  server.use(
    http.post(api('/invitations/register'), async ({ request }) => {
      sent.push(await request.json())
      if (sent.length === 1) {
        return problem(422, 'Wrong.', { errors: [{ where: 'body.password', message: 'is far too common' }] })
      }
      answerAsAda()
      return HttpResponse.json({ ...ADA, ...TOKEN, workspace: ACME }, { status: 201 })
    }),
  )
  const { router, user } = open()
  expect(await screen.findByRole('heading', { name: 'Join Acme' })).toBeVisible()
  expect(
    screen.getByText(/You are invited as: Observer\. Observers see everything and change nothing\./),
  ).toBeVisible()
  expect(screen.getByText(/the address that was invited, a•••@example\.org/)).toBeVisible()
  await user.type(screen.getByLabelText('Your name'), 'Ada Lovelace')
  await user.type(screen.getByLabelText('Password'), 'password')
  await user.click(screen.getByRole('button', { name: 'Create account and join' }))
  expect(await screen.findByText('is far too common')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Create account and join' }))
  await waitFor(() => {
    expect(router.state.location.pathname).toBe('/w/acme')
  })
  expect(router.state.location.hash, 'the token stays in no address').toBe('')
  expect(sent[1]).toEqual({ full_name: 'Ada Lovelace', password: 'password', token: TOKEN_OF_LINK })
})

test('somebody with an account signs in on the page and joins', async () => {
  let accepted: unknown
  server.use(
    http.post(api('/auth/token'), () => {
      answerAsAda()
      return HttpResponse.json(TOKEN)
    }),
    http.post(api('/invitations/accept'), async ({ request }) => {
      accepted = await request.json()
      return HttpResponse.json(ACME, { status: 201 })
    }),
  )
  const { router, user } = open()
  await user.click(await screen.findByRole('button', { name: 'Sign in' }))
  await user.type(screen.getByLabelText('Email'), ADA.email)
  await user.type(screen.getByLabelText('Password'), 'correct horse battery')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByText('You are signed in as ada@example.org.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Join Acme' }))
  await waitFor(() => {
    expect(router.state.location.pathname).toBe('/w/acme')
  })
  expect(accepted).toEqual({ token: TOKEN_OF_LINK })
})

test('an address that has an account leads to signing in', async () => {
  server.use(http.post(api('/invitations/register'), () => problem(409, 'It has an account.')))
  const { user } = open()
  await user.type(await screen.findByLabelText('Your name'), 'Ada')
  await user.type(screen.getByLabelText('Password'), 'correct horse battery')
  await user.click(screen.getByRole('button', { name: 'Create account and join' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('This address has an account already.')
  expect(screen.getByText(/If it is not yours, or you forgot its password, have a link mailed/)).toBeVisible()
  expect(screen.getByRole('link', { name: 'Mail me a link' })).toHaveAttribute('href', '/forgotten')
  const [signIn] = screen.getAllByRole('button', { name: 'Sign in' })
  if (signIn) await user.click(signIn)
  expect(screen.getByLabelText('Email')).toBeVisible()
})

test('whoever is signed in as somebody else is told so and cannot join', async () => {
  answerAsAda()
  const { user } = open({ email: 'g•••@example.org' })
  expect(
    await screen.findByText(/is for g•••@example\.org, and you are signed in as ada@example\.org/),
  ).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Join Acme' })).toBeNull()
  expect(screen.getByRole('button', { name: 'Sign out' })).toBeVisible()
  await user.tab()
  expect(screen.getByRole('button', { name: 'Sign out' })).toHaveFocus()
})

test('two addresses that look alike when masked are told apart by the server', async () => {
  answerAsAda()
  server.use(http.post(api('/invitations/accept'), () => problem(403, 'It is for another address.')))
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Join Acme' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('It is for another address.')
  expect(screen.getByRole('button', { name: 'Sign out' })).toBeVisible()
})

test('an expired invitation says until when it was good and whom to ask', async () => {
  open({ expired: true, expires_at: '2026-11-01T12:00:00Z' })
  expect(await screen.findByRole('heading', { name: 'This invitation has expired' })).toBeVisible()
  expect(screen.getByText(/to join Acme, until .*1.*\. Ask whoever invited you/)).toBeVisible()
  expect(screen.queryByRole('button')).toBeNull()
})

test.each([
  ['a token nobody knows', ADDRESS],
  ['no token at all', '/invitation'],
])('%s is no invitation', async (_what, address) => {
  server.use(http.post(api('/invitations/look'), () => problem(404, 'There is no such invitation.')))
  openApp(address)
  expect(await screen.findByRole('heading', { name: 'This invitation does not work' })).toBeVisible()
})
