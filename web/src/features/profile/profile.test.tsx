import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { onSession, signedOut } from '@/lib/session'
import { ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server, TOKEN } from '@/test/server'
import { strengthOf } from './strength-of'

const session = (id: string, browser: string | null, system: string | null, current: boolean) => ({
  id,
  browser,
  system,
  user_agent: null,
  current,
  address: '203.0.113.0/24',
  created_at: ADA.created_at,
  last_used_at: ADA.created_at,
})

let told: unknown[]

beforeEach(() => {
  signedOut()
  told = []
  answerAsAda()
  server.use(
    http.get(api('/users/me/sessions'), () =>
      HttpResponse.json([
        session('1', 'Firefox 132', 'Linux', true),
        session('2', 'Safari 18', 'iOS', false),
      ]),
    ),
    http.patch(api('/users/me'), async ({ request }) => {
      const changes = (await request.json()) as object
      told.push(changes)
      return HttpResponse.json({ ...ADA, ...changes, asked: null })
    }),
  )
})

test('theme and language change at once and are told to the account', async () => {
  const { user } = openApp('/profile')
  await user.click(await screen.findByRole('radio', { name: 'Dark' }))
  await expect.poll(() => told).toEqual([{ theme: 'dark' }])
  expect(document.documentElement.dataset.theme).toBe('dark')
  await user.selectOptions(screen.getByLabelText('Language'), 'Deutsch')
  expect(await screen.findByRole('heading', { name: 'Profil' })).toBeVisible()
  await expect.poll(() => told).toEqual([{ theme: 'dark' }, { language: 'de' }])
})

test('a sign-in is told in the language of the reader, as much of it as is known', async () => {
  server.use(
    http.get(api('/users/me'), () => HttpResponse.json({ ...ADA, language: 'de' })),
    http.get(api('/users/me/sessions'), () =>
      HttpResponse.json([
        session('1', 'Chrome 156', 'Linux', true),
        session('2', 'curl/8.5.0', null, false),
        session('3', null, 'Windows', false),
        session('4', null, null, false),
      ]),
    ),
  )
  openApp('/profile')
  expect(await screen.findByText('Chrome 156 unter Linux')).toBeVisible()
  for (const told of ['curl/8.5.0', 'Windows', 'Unbekanntes Programm'])
    expect(screen.getByText(told)).toBeVisible()
})

test('what the account could not be told is told with the next page', async () => {
  server.use(http.patch(api('/users/me'), () => problem(503, 'The database is away.'), { once: true }))
  const { user } = openApp('/profile')
  await user.click(await screen.findByRole('radio', { name: 'Light' }))
  expect(await screen.findByText('The database is away.')).toBeVisible()
  expect(document.documentElement.dataset.theme).toBe('light')
  expect(told).toEqual([])
  openApp('/profile')
  await expect.poll(() => told).toEqual([{ theme: 'light' }])
})

test('another email asks for the password', async () => {
  const { user } = openApp('/profile')
  const email = await screen.findByLabelText('Email')
  expect(screen.queryByLabelText('Password', { selector: 'input' })).toBeNull()
  await user.clear(email)
  await user.type(email, 'ada@example.com')
  await user.type(screen.getByLabelText('Password', { selector: 'input' }), 'correct horse battery')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await expect
    .poll(() => told)
    .toEqual([
      { full_name: ADA.full_name, email: 'ada@example.com', current_password: 'correct horse battery' },
    ])
})

test('an email that says yes first is shown as it is, and where the link went', async () => {
  server.use(
    http.patch(api('/users/me'), () => HttpResponse.json({ ...ADA, asked: 'ada@example.com' }), {
      once: true,
    }),
  )
  const { user } = openApp('/profile')
  const email = await screen.findByLabelText('Email')
  await user.clear(email)
  await user.type(email, 'ada@example.com')
  await user.type(screen.getByLabelText('Password', { selector: 'input' }), 'correct horse battery{Enter}')
  expect(await screen.findByText(/^A link is on its way to ada@example\.com/)).toBeVisible()
  expect(email).toHaveValue(ADA.email)
  expect(screen.queryByLabelText('Password', { selector: 'input' })).toBeNull()
  await user.type(screen.getByLabelText('Name'), ' L.{Enter}')
  await expect.poll(() => screen.queryByText(/^A link is on its way/)).toBeNull()
})

test('a new password is weighed, and a refusal lands on its field', async () => {
  let tries = 0
  server.use(
    http.post(api('/users/me/password'), () => {
      tries += 1
      return tries === 1
        ? problem(422, 'Wrong.', { errors: [{ where: 'body.new_password', message: 'is far too common' }] })
        : HttpResponse.json(TOKEN)
    }),
  )
  const { user } = openApp('/profile')
  const password = await screen.findByLabelText('New password')
  await user.type(screen.getByLabelText('Current password'), 'correct horse battery')
  await user.type(password, '1234567890')
  expect(password).toHaveAccessibleDescription(/Easy to guess/)
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  expect(await screen.findByText('is far too common')).toBeVisible()
  await user.clear(password)
  await user.type(password, 'another horse, another battery')
  expect(password).toHaveAccessibleDescription(/Strong/)
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  expect(await screen.findByText('Password changed. Every other sign-in has ended.')).toBeVisible()
  expect(password).toHaveValue('')
})

test('another sign-in can be ended; this one is told apart', async () => {
  let ended = ''
  server.use(
    http.delete(api('/users/me/sessions/:id'), ({ params }) => {
      ended = String(params.id)
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = openApp('/profile')
  await user.click(await screen.findByRole('button', { name: 'End the sign-in of Safari 18 on iOS' }))
  expect(await screen.findByText('That sign-in has ended.')).toBeVisible()
  expect(ended).toBe('2')
  expect(screen.queryByRole('button', { name: /Firefox/ })).toBeNull()
})

test('a password is weighed by length and variety, and by what it says of its owner', () => {
  const about = ['ada@example.org', 'Ada Lovelace']
  expect(strengthOf('short', about)).toBe('short')
  expect(strengthOf('aaaaaaaaaaaa', about)).toBe('guessable')
  expect(strengthOf('lovelace12', about)).toBe('guessable')
  expect(strengthOf('tr0ub4dor', about)).toBe('fair')
  expect(strengthOf('correct horse battery', about)).toBe('strong')
})

test('an address that has not said yes is told, and asked again', async () => {
  const said = {
    address: ADA.email,
    state: 'waiting',
    asked_at: null,
    problem: null,
    mailed_at: 'old@example.org',
  }
  server.use(
    http.get(api('/users/me/email'), () => HttpResponse.json(said)),
    http.post(api('/users/me/email/ask'), () => HttpResponse.json({ ...said, asked_at: ADA.created_at })),
  )
  const { user } = openApp('/profile')
  expect(await screen.findByText(/was mailed no link to confirm it yet/)).toBeVisible()
  expect(screen.queryByText(/we mailed/)).toBeNull()
  expect(screen.getByText('Until then you are mailed at old@example.org.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Mail the link again' }))
  expect(await screen.findByText('The link is on its way to ada@example.org.')).toBeVisible()
  expect(screen.queryByText(/was mailed no link to confirm it yet/)).toBeNull()
})

const acme = { id: '01a209c3-4d4f-77a1-9ccc-47d635fc90f8', name: 'Acme', slug: 'acme' }
const globex = { ...acme, id: '01a209c3-4d4f-77a1-9ccc-47d635fc90f9', name: 'Globex', slug: 'globex' }

function answerDeletion(what: object) {
  const nothing = { alone: [], left: [], last_owner: [], only_account: false }
  server.use(http.get(api('/users/me/deletion'), () => HttpResponse.json({ ...nothing, ...what })))
}

test('deleting the account names what goes and what stays, and wants a yes and the password', async () => {
  answerDeletion({ alone: [acme], left: [globex], only_account: true })
  const sent: unknown[] = []
  server.use(
    http.delete(api('/users/me'), async ({ request }) => {
      const body = (await request.json()) as { current_password: string }
      sent.push(body)
      if (body.current_password === 'wrong')
        return problem(422, 'is not your password', [
          { where: 'body.current_password', message: 'is not your password' },
        ])
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const ended: string[] = []
  const stop = onSession((change) => ended.push(change))
  const { user } = openApp('/profile')
  await user.click(await screen.findByRole('button', { name: 'Delete account' }))
  const dialog = within(await screen.findByRole('dialog'))
  const goes = within(await dialog.findByRole('region', { name: 'This goes, for ever' }))
  expect(goes.getByText('the workspace Acme')).toBeVisible()
  expect(
    within(dialog.getByRole('region', { name: 'This stays' })).getByText('the workspace Globex'),
  ).toBeVisible()
  expect(dialog.getByText(/Yours is the only account here/)).toBeVisible()
  await user.type(dialog.getByLabelText('Current password'), 'wrong')
  await user.click(dialog.getByRole('button', { name: 'Delete account' }))
  expect(sent).toEqual([])
  await user.click(dialog.getByRole('checkbox', { name: /with everything in it/ }))
  await user.click(dialog.getByRole('button', { name: 'Delete account' }))
  expect(await dialog.findByText('is not your password')).toBeVisible()
  await user.clear(dialog.getByLabelText('Current password'))
  await user.type(dialog.getByLabelText('Current password'), 'correct horse')
  await user.click(dialog.getByRole('button', { name: 'Delete account' }))
  expect(await screen.findByText('Your account is deleted.')).toBeVisible()
  expect(sent.at(-1)).toEqual({ current_password: 'correct horse', workspaces: [acme.id] })
  expect(ended).toEqual(['signed-out'])
  stop()
})

test('the last owner of others is told where, and not asked for the password', async () => {
  answerDeletion({ alone: [acme], last_owner: [globex] })
  const { user } = openApp('/profile')
  await user.click(await screen.findByRole('button', { name: 'Delete account' }))
  const dialog = within(await screen.findByRole('dialog'))
  const link = await dialog.findByRole('link', { name: 'Globex' })
  expect(link).toHaveAttribute('href', '/w/globex/settings')
  expect(dialog.queryByLabelText('Current password')).toBeNull()
})
