import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { signedOut } from '@/lib/session'
import { openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'

const setup = (mails: boolean) =>
  server.use(
    http.get(api('/setup'), () => HttpResponse.json({ needed: false, registration: 'first', mails })),
  )

beforeEach(() => {
  signedOut()
  server.use(http.post(api('/auth/refresh'), () => problem(401, 'There is no sign-in.')))
  setup(true)
})

test('signing in leads to having a link mailed, which promises nothing it cannot keep', async () => {
  const asked: unknown[] = []
  server.use(
    http.post(api('/auth/forgotten'), async ({ request }) => {
      asked.push(await request.json())
      expect(request.headers.get('Accept-Language')).toBe('en')
      return HttpResponse.json({ email: 'ada@example.org', minutes: 60 }, { status: 202 })
    }),
  )
  const { user } = openApp('/sign-in')
  await user.click(await screen.findByRole('link', { name: 'Forgot your password?' }))
  expect(await screen.findByRole('heading', { name: 'Forgot your password?' })).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Mail me a link' }))
  expect(await screen.findByText('Fill this in.')).toBeVisible()
  await user.type(screen.getByLabelText('Email'), ' Ada@example.org{Enter}')
  const said = await screen.findByRole('heading', { name: 'Look into your mailbox' })
  expect(said, 'it is read out').toHaveFocus()
  expect(screen.getByText(/^If ada@example\.org has an account, .* works once, for 1 hr\.$/)).toBeVisible()
  expect(asked).toEqual([{ email: 'Ada@example.org' }])
  await user.click(screen.getByRole('button', { name: 'Another address' }))
  expect(screen.getByLabelText('Email')).toHaveValue('')
  await user.click(screen.getByRole('link', { name: 'Back to signing in' }))
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('too many links are explained with the time to wait, and a wrong address where it was typed', async () => {
  server.use(
    http.post(
      api('/auth/forgotten'),
      () =>
        problem(422, 'Wrong.', { errors: [{ where: 'body.email', message: 'must be an email address' }] }),
      { once: true },
    ),
  )
  const { user } = openApp('/forgotten')
  await user.type(await screen.findByLabelText('Email'), 'ada{Enter}')
  expect(await screen.findByText('must be an email address')).toBeVisible()
  server.use(
    http.post(api('/auth/forgotten'), () => problem(429, 'Slow down.', {}, { 'Retry-After': '5400' })),
  )
  await user.click(screen.getByRole('button', { name: 'Mail me a link' }))
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'Too many links were asked for. Try again in 1 hr 30 min.',
  )
})

test('where no mail is sent it says whom to ask', async () => {
  setup(false)
  openApp('/forgotten')
  expect(await screen.findByRole('heading', { name: 'No mail is sent from here' })).toBeVisible()
  expect(screen.getByText(/^healther user password --email/)).toBeVisible()
  expect(screen.queryByLabelText('Email')).toBeNull()
})

test('the link sets a new password, whose token is in no address of the server', async () => {
  const sent: unknown[] = []
  server.use(
    http.post(api('/auth/reset'), async ({ request }) => {
      sent.push(await request.json())
      return sent.length === 1
        ? problem(422, 'Wrong.', { errors: [{ where: 'body.password', message: 'is tried first' }] })
        : new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = openApp('/reset#Zk3q9QxA_-')
  expect(await screen.findByText(/^Every sign-in of the account ends with it/)).toBeVisible()
  const password = screen.getByLabelText('New password')
  expect(password).toHaveAttribute('autocomplete', 'new-password')
  await user.type(password, 'password{Enter}')
  expect(await screen.findByText('is tried first')).toBeVisible()
  expect(password).toHaveFocus()
  await user.clear(password)
  await user.type(password, 'another long phrase{Enter}')
  expect(await screen.findByRole('heading', { name: 'Your new password is set' })).toHaveFocus()
  expect(sent[1]).toEqual({ token: 'Zk3q9QxA_-', password: 'another long phrase' })
  await user.click(screen.getByRole('link', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test.each([
  ['a used one', '/reset#Zk3q9QxA_-'],
  ['none at all', '/reset'],
])('a link that is worth nothing leads to another: %s', async (_what, address) => {
  server.use(http.post(api('/auth/reset'), () => problem(404, 'This link does not work.')))
  const { user } = openApp(address)
  if (address.includes('#')) await user.type(await screen.findByLabelText('New password'), 'a phrase{Enter}')
  expect(await screen.findByRole('heading', { name: 'This link does not work' })).toBeVisible()
  await user.click(screen.getByRole('link', { name: 'Have another link mailed' }))
  expect(await screen.findByRole('heading', { name: 'Forgot your password?' })).toBeVisible()
})

test('a new address says yes by a button, never by the link alone', async () => {
  const sent: unknown[] = []
  server.use(
    http.post(api('/auth/email'), async ({ request }) => {
      sent.push(await request.json())
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = openApp('/email#Zk3q9QxA_-')
  const button = await screen.findByRole('button', { name: 'Yes, it is mine' })
  expect(sent).toEqual([])
  await user.click(button)
  expect(await screen.findByRole('heading', { name: 'Your account has a new address' })).toBeVisible()
  expect(sent).toEqual([{ token: 'Zk3q9QxA_-' }])
  expect(screen.getByRole('link', { name: 'Go on' })).toHaveAttribute('href', '/')
})

test('an address that became another account’s says so, and a link that is over what to do', async () => {
  server.use(http.post(api('/auth/email'), () => problem(409, 'Somebody has it.'), { once: true }))
  const { user } = openApp('/email#Zk3q9QxA_-')
  const button = await screen.findByRole('button', { name: 'Yes, it is mine' })
  await user.click(button)
  expect(await screen.findByRole('alert')).toHaveTextContent('Somebody has it.')
  server.use(http.post(api('/auth/email'), () => problem(404, 'Over.')))
  await user.click(button)
  await waitFor(() => {
    expect(screen.getByText(/Change the address in your profile once more/)).toBeVisible()
  })
})
