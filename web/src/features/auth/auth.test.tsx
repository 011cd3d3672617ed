import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server, TOKEN } from '@/test/server'

beforeEach(() => {
  signedOut()
  server.use(
    http.post(api('/auth/refresh'), () => problem(401, 'There is no sign-in.')),
    http.get(api('/setup'), () => HttpResponse.json({ needed: false, registration: 'first', mails: true })),
  )
})

const fill = async (user: ReturnType<typeof openApp>['user']) => {
  await user.type(await screen.findByLabelText('Email'), 'ada@example.org')
  await user.type(screen.getByLabelText('Password'), 'correct horse battery')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

test('a wrong password is said in plain words', async () => {
  server.use(http.post(api('/auth/token'), () => problem(401, 'The email or the password is wrong.')))
  const { user } = openApp('/sign-in')
  await fill(user)
  expect(await screen.findByRole('alert')).toHaveTextContent('The email or the password is wrong.')
})

test('too many tries are explained with the time to wait', async () => {
  server.use(http.post(api('/auth/token'), () => problem(429, 'Slow down.', {}, { 'Retry-After': '150' })))
  const { user } = openApp('/sign-in')
  await fill(user)
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'Too many wrong passwords. Try again in 3 minutes.',
  )
})

test('a server that does not answer is named as such', async () => {
  server.use(http.post(api('/auth/token'), () => HttpResponse.error()))
  const { user } = openApp('/sign-in')
  await fill(user)
  expect(await screen.findByRole('alert')).toHaveTextContent('healther does not answer')
})

test('after signing in somebody is where they wanted to go, and never on another site', async () => {
  const { router, user } = openApp('/sign-in?next=%2F%2Fevil.example%2F')
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(router.state.location.search).toEqual({})
  await router.navigate({ to: '/sign-in', search: { next: '/profile' } })
  answerAsAda()
  server.use(http.post(api('/auth/token'), () => HttpResponse.json(TOKEN)))
  await fill(user)
  expect(await screen.findByRole('heading', { name: 'Profile' })).toBeVisible()
})

test('where nobody has an account, the set-up makes it with its workspace and goes to the first watcher', async () => {
  const sent: unknown[] = []
  server.use(
    http.get(api('/setup'), () => HttpResponse.json({ needed: true, registration: 'first', mails: true })),
    http.post(api('/auth/register'), async ({ request }) => {
      sent.push(await request.json())
      expect(request.headers.get('Accept-Language')).toBe('en')
      if (sent.length === 1) {
        return problem(422, 'Wrong.', { errors: [{ where: 'body.password', message: 'is far too common' }] })
      }
      answerAsAda()
      // What the page there asks for is its own tests' matter.
      server.use(http.get(api(`/workspaces/${ACME.id}/*`), () => problem(404, 'Not in this test.')))
      return HttpResponse.json({ ...ADA, ...TOKEN, workspace: ACME }, { status: 201 })
    }),
  )
  const { router, user } = openApp('/')
  await user.type(await screen.findByLabelText('Your name'), 'Ada Lovelace')
  await user.type(screen.getByLabelText('Email'), 'ada@example.org')
  await user.type(screen.getByLabelText('Password'), 'password')
  await user.type(screen.getByLabelText('Workspace'), 'Acme')
  await user.click(screen.getByRole('button', { name: 'Set up healther' }))
  expect(await screen.findByText('is far too common')).toBeVisible()
  expect(screen.getByLabelText('Password')).toHaveFocus()
  await user.click(screen.getByRole('button', { name: 'Set up healther' }))
  await waitFor(() => {
    expect(router.state.location.pathname).toBe('/w/acme/watchers/new')
  })
  expect(sent[1]).toEqual({
    full_name: 'Ada Lovelace',
    email: 'ada@example.org',
    password: 'password',
    workspace_name: 'Acme',
  })
})
