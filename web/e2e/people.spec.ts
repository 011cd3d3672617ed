import type { Page } from '@playwright/test'
import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'
import { join } from './support/joining'
import type { Healther } from './support/processes'

test.use({ file: 'people' })

interface Caller {
  token: string
  workspace: string
}

/** Calls the API as somebody who has just signed in. */
async function call(healther: Healther, { token }: Caller, method: string, path: string, body?: object) {
  const answer = await fetch(`${healther.url}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  expect(answer.ok).toBe(true)
  return answer.status === 204 ? null : ((await answer.json()) as { id: string })
}

/** Somebody's account with a workspace, a token, and the page signed in. */
async function arrive(page: Page, healther: Healther, who: string, workspace: string) {
  const account = await makeAccount(healther, `${who}@example.org`, workspace)
  const answer = await fetch(`${healther.url}/api/v1/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({ username: account.email, password: account.password }),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const listed = await fetch(`${healther.url}/api/v1/workspaces`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  const { items } = (await listed.json()) as { items: { id: string }[] }
  const caller: Caller = { token, workspace: items[0]?.id ?? '' }
  await page.goto('/sign-in')
  await signIn(page, account)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  return { account, caller }
}

const watch = (healther: Healther, caller: Caller, name: string, url: string) =>
  call(healther, caller, 'POST', `/workspaces/${caller.workspace}/watchers`, { name, url, tags: ['shop'] })

test('a workspace: renamed, shared, tagged, left in good hands, deleted', async ({
  page,
  healther,
  target,
}) => {
  const { caller } = await arrive(page, healther, 'owner', 'Umbrella')
  await watch(healther, caller, 'Shop', target.url)
  await page.goto('/w/umbrella/settings')
  await expect(page.getByRole('heading', { name: 'Tags' })).toBeVisible()
  await expectAccessible(page)

  await page.getByLabel('Short name').fill('umbrella-two')
  await expect(page.getByText('Links and bookmarks to /w/umbrella will lead nowhere.')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(/\/w\/umbrella-two\/settings$/)

  await page.getByRole('button', { name: 'Make public' }).click()
  const link = page.getByRole('link', { name: /\/status\/umbrella-two$/ })
  await expect(link).toBeVisible()
  expect((await page.request.get((await link.getAttribute('href')) ?? '')).status()).toBe(200)

  await page.getByLabel('Email').fill('grace@example.org')
  await page.getByLabel('Role', { exact: true }).selectOption('admin')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('list', { name: 'Open invitations' })).toContainText('grace@example.org')

  await page.getByRole('button', { name: 'Leave' }).click()
  const asked = page.getByRole('dialog')
  await asked.getByRole('button', { name: 'Leave' }).click()
  await expect(asked.getByRole('alert')).toContainText('A workspace needs an owner')
  await expectAccessible(page)
  await asked.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: 'Rename tag shop' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('web')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await expect(page.getByRole('list', { name: 'Tags' })).toContainText('web')

  await page.getByRole('button', { name: 'Delete workspace' }).click()
  await page.getByLabel('Type “umbrella-two” to confirm').fill('umbrella-two')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete workspace' }).click()
  await expect(page).toHaveURL(/\/workspaces\/new$/)
})

test('a status page: made, arranged by keyboard, published, shared, locked', async ({
  page,
  healther,
  target,
}) => {
  const { caller } = await arrive(page, healther, 'editor', 'Initech')
  await watch(healther, caller, 'api-internal-7', target.url)
  await watch(healther, caller, 'shop-internal-3', target.url)
  await page.goto('/w/initech/status-pages')
  await expect(page.getByRole('heading', { name: 'No page of your own yet' })).toBeVisible()
  await expectAccessible(page)

  // The watchers arrive while somebody is about to press a button: it stays where it is.
  let letThemArrive: (() => void) | undefined
  const onTheirWay = new Promise<void>((done) => (letThemArrive = done))
  await page.route('**/watchers?*', async (route) => {
    await onTheirWay
    await route.continue()
  })
  await page.getByRole('button', { name: 'New status page' }).click()
  await page.getByLabel('Title').fill('Initech status')
  const create = page.getByRole('button', { name: 'Create page' })
  const place = await create.boundingBox()
  letThemArrive?.()
  await expect(page.getByRole('checkbox', { name: 'Start with all 2 watchers' })).toBeChecked()
  expect(await create.boundingBox()).toEqual(place)
  await create.click()
  await expect(page.getByRole('heading', { name: 'Initech status' })).toBeVisible()
  await expectAccessible(page)

  const api = page.getByLabel('Public name of api-internal-7')
  await api.fill('Programming interface')
  await page.getByLabel('Public name of shop-internal-3').fill('Shop')
  await api.focus()
  await page.keyboard.press('Alt+ArrowDown')
  await expect(page.getByText('Programming interface is at place 2 of 2 in section 1.')).toBeAttached()
  await expect(api).toBeFocused()

  await page.getByLabel('Custom domain').fill('not a domain')
  await page.keyboard.press('Control+s')
  await expect(page.getByText(/must be a domain such as status\.example\.org/)).toBeVisible()
  // A name of somebody's: it is to be proven, and until then nothing is shown there.
  await page.getByLabel('Custom domain').fill('status.initech.example')
  await page.keyboard.press('Control+s')
  await expect(
    page.getByText(/^_healther\.status\.initech\.example\. TXT "healther-page=[0-9a-f]{32}"$/),
  ).toBeVisible()
  await expect(page.getByText(/^Waiting for the record/)).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Custom domain').fill('')

  // Leaving asks; staying keeps what was typed.
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByRole('link', { name: 'Open page' })).toBeVisible()
  await expect(page.getByText('Everything is saved')).toBeVisible()
  const shown = await (await page.request.get('/status/initech-status')).text()
  expect(shown.indexOf('Shop')).toBeGreaterThan(0)
  expect(shown.indexOf('Shop')).toBeLessThan(shown.indexOf('Programming interface'))
  expect(shown).not.toContain('internal')

  await page.getByLabel('Of', { exact: true }).selectOption({ label: 'Shop' })
  await expect(page.getByRole('img', { name: 'Initech status: Shop' })).toHaveJSProperty('complete', true)
  await expectAccessible(page)

  await page.getByLabel('With a password').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/Fill this in/)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Everything is saved')).toBeVisible()
  // Pages in memory are compared with what was saved once a second.
  await expect.poll(async () => (await page.request.get('/status/initech-status')).status()).toBe(403)
})

test('an observer sees the workspace and no control of it', async ({ page, healther }) => {
  const owner = await arrive(page, healther, 'boss', 'Hooli')
  const watcher = await makeAccount(healther, 'watcher@example.org', 'Own')
  const path = `/workspaces/${owner.caller.workspace}`
  await join(
    healther,
    { path, call: (...what) => call(healther, owner.caller, ...what) },
    watcher,
    'observer',
  )
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await signIn(page, { email: 'watcher@example.org', password: owner.account.password })
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.goto('/w/hooli/settings')
  await expect(page.getByText('boss@example.org')).toBeVisible()
  await expect(page.getByRole('main').getByRole('button')).toHaveText(['Leave'])
  await expectAccessible(page)
})

test('a profile: time zone and theme kept in the account, sessions ended, password changed', async ({
  page,
  browser,
  healther,
}) => {
  const { account } = await arrive(page, healther, 'mirzakhani', 'Riemann')
  await page.goto('/profile')
  // Its registration and its token for the API are sign-ins too.
  await expect(page.getByRole('button', { name: /^End the sign-in/ })).toHaveCount(2)
  await expectAccessible(page)
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo')
  await page.getByLabel('Dark').check()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')

  // Another browser, the same person: it looks as it did here.
  const other = await (await browser.newContext()).newPage()
  await other.goto(`${healther.url}/sign-in?next=/profile`)
  await signIn(other, account)
  await expect(other.getByLabel('Time zone')).toHaveValue('Asia/Tokyo')
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark')

  await page.getByLabel('Current password').fill(account.password)
  await page.getByLabel('New password').fill('1234567890')
  await expect(page.getByText('Easy to guess.')).toBeVisible()
  await page.getByLabel('New password').fill('another horse, another battery')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Password changed. Every other sign-in has ended.')).toBeVisible()
  await expect(page.getByRole('button', { name: /^End the sign-in/ })).toHaveCount(0)
  await other.reload()
  await expect(other).toHaveURL(/\/sign-in/)
  await other.context().close()
})
