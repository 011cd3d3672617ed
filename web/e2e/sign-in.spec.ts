import type { Request } from '@playwright/test'
import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'

test.use({ file: 'sign-in' })

test('signing in returns to where somebody wanted to go; signing out ends it in every tab', async ({
  page,
  context,
  healther,
}) => {
  const account = await makeAccount(healther, 'ada@example.org', 'Acme')
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  page.on('console', (message) => message.type() === 'error' && asked.push(message.text()))
  await page.goto('/w/acme/settings')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await expectAccessible(page)
  // Nobody has signed in here: nothing is asked for, and nothing refused.
  expect(asked.filter((each) => /refresh|401/.test(each))).toEqual([])

  await signIn(page, { ...account, password: 'wrong' })
  await expect(page.getByRole('alert')).toHaveText('The email or the password is wrong.')
  await signIn(page, account)
  await expect(page).toHaveURL(/\/w\/acme\/settings$/)
  await expect(page.getByRole('heading', { name: 'Workspace', exact: true })).toBeVisible()
  await expectAccessible(page)

  // A second tab has no token in memory: it gets one by the cookie.
  const other = await context.newPage()
  await other.goto('/profile')
  await expect(other.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await expectAccessible(other)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Workspace', exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await expect(other).toHaveURL(/\/sign-in/)
  asked.length = 0
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(asked.filter((each) => /refresh|401/.test(each))).toEqual([])
})

test('signing out everywhere ends what is open in another browser, and its stream', async ({
  page,
  browser,
  healther,
}) => {
  const account = await makeAccount(healther, 'katherine@example.org', 'Johnson')
  const away = await browser.newContext()
  const other = await away.newPage()
  const streams = new Set<Request>()
  other.on('request', (request) => request.url().endsWith('/live') && streams.add(request))
  other.on('requestfinished', (request) => streams.delete(request))
  other.on('requestfailed', (request) => streams.delete(request))
  for (const each of [page, other]) {
    await each.goto(`${healther.url}/sign-in`)
    await signIn(each, account)
    await expect(each.getByText('Live', { exact: true }).first()).toBeVisible()
  }
  expect(streams.size).toBe(1)
  await page.goto('/profile')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page).toHaveURL(/\/sign-in/)

  // Nobody touches the other one: its stream was ended, so it asks whether it may still be there.
  await expect(other).toHaveURL(/\/sign-in/)
  await expect.poll(() => streams.size).toBe(0)
  await other.goto(`${healther.url}/w/johnson/settings`)
  await expect(other).toHaveURL(/\/sign-in\?next=/)
  await expect(other.getByLabel('Password')).toBeVisible()
  await away.close()
})

test('the access token is nowhere but in memory', async ({ page, context, healther }) => {
  const account = await makeAccount(healther, 'grace@example.org', 'Hopper')
  await page.goto('/sign-in')
  await signIn(page, account)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))
  expect(stored).not.toContain('eyJ')
  const cookies = await context.cookies(`${healther.url}/api/v1/auth/refresh`)
  expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual([
    { name: 'healther_refresh', httpOnly: true, sameSite: 'Strict' },
  ])
})

test('too many wrong passwords are explained with the time to wait', async ({ page, healther }) => {
  const account = await makeAccount(healther, 'eve@example.org', 'Eve')
  await page.goto('/sign-in')
  // All that are let pass; the form then makes the one too many.
  const wrong = { username: account.email, password: 'wrong' }
  const guess = async () => (await page.request.post('/api/v1/auth/token', { form: wrong })).status()
  await expect.poll(guess, { intervals: [1] }).toBe(429)
  await signIn(page, { ...account, password: 'wrong' })
  await expect(page.getByText(/Too many wrong passwords\. Try again in/)).toBeVisible()
})
