import type { Page } from '@playwright/test'
import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'
import type { Healther } from './support/processes'

test.use({ file: 'watcher' })

interface Person {
  email: string
  password: string
}

const NAME = 'Shop <img src=x onerror=alert(1)>'

/** A watcher made through the API, as the person whose page it is. */
async function makeWatcher(healther: Healther, { email, password }: Person, url: string) {
  const ask = async <T>(path: string, init: RequestInit) => {
    const answer = await fetch(`${healther.url}/api/v1${path}`, init)
    expect(answer.ok).toBe(true)
    return (await answer.json()) as T
  }
  const signedIn = await ask<{ access_token: string }>('/auth/token', {
    method: 'POST',
    body: new URLSearchParams({ username: email, password }),
  })
  const headers = { Authorization: `Bearer ${signedIn.access_token}`, 'Content-Type': 'application/json' }
  const { items } = await ask<{ items: { id: string; slug: string }[] }>('/workspaces', { headers })
  const [workspace] = items
  if (!workspace) throw new Error('the account has no workspace')
  const { id } = await ask<{ id: string }>(`/workspaces/${workspace.id}/watchers`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: NAME, url, every_value: 1, every_unit: 'hours' }),
  })
  return `/w/${workspace.slug}/watchers/${id}`
}

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('a watcher’s page: it fails, says why, is looked into, paused and deleted', async ({
  page,
  healther,
  target,
}) => {
  const account = await makeAccount(healther, 'ada@watcher.example', 'Watched')
  const address = await makeWatcher(healther, account, target.url)
  await page.goto(address)
  await signIn(page, account)
  const state = region(page, 'State')
  await expect(state.getByRole('status')).toContainText('Healthy')
  await expectAccessible(page)

  target.answer(503)
  await page.getByRole('button', { name: 'Check now' }).click()
  await expect(state).toContainText('After 2 failed checks in a row')
  await page.keyboard.press('r')
  await expect(state.getByRole('status')).toContainText('Down')
  await expect(state).toContainText('The status is not an expected one.')
  await expect(page).toHaveTitle(/^Down: Shop/)
  await expect(region(page, 'Last failure')).toContainText('503')
  await expect(region(page, 'Last failure')).toContainText(/Dialled when confirmed\s*127\.0\.0\.1/)
  await expect(region(page, 'Changes of state').getByRole('listitem')).toHaveCount(2)

  const checks = region(page, 'Checks')
  await checks.getByRole('button', { name: 'Down', exact: true }).click()
  await expect(page).toHaveURL(/status=/)
  await expect(checks.getByRole('button', { name: /details/ })).toHaveCount(2)
  await checks
    .getByRole('button', { name: /details/ })
    .first()
    .click()
  await expect(checks.getByText('First byte')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Last hour' }).click()
  await expect(page).toHaveURL(/range=1h/)
  const chart = page.getByRole('slider', { name: /^Response time over time/ })
  await chart.focus()
  await page.keyboard.press('ArrowLeft')
  await expect(chart).toHaveAttribute('aria-valuetext', /no checks|p50|found it working/)
  await page.keyboard.press('+')
  await expect(page).toHaveURL(/from=.*to=/)
  await page.getByRole('button', { name: 'Reset zoom' }).click()
  await expect(page).not.toHaveURL(/from=/)
  await page.getByRole('button', { name: 'Show as table' }).click()
  await expect(
    page.getByRole('region', { name: 'Response time as a table' }).getByRole('row'),
  ).not.toHaveCount(0)

  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(state.getByRole('status')).toContainText('Paused')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(state.getByRole('status')).not.toContainText('Paused')

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(NAME)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(page).toHaveURL(/\/w\/watched$/)
  await page.goto(address)
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})

test('dragging over the chart zooms in, and every day of the bars can be asked', async ({
  page,
  healther,
  target,
}) => {
  const account = await makeAccount(healther, 'bo@watcher.example', 'Zoomed')
  await page.goto(await makeWatcher(healther, account, target.url))
  await signIn(page, account)
  const chart = page.getByRole('slider', { name: /^Response time over time/ })
  await expect(chart.locator('canvas')).toBeVisible()
  await chart.scrollIntoViewIfNeeded()
  const box = await chart.boundingBox()
  if (!box) throw new Error('the chart has no place')
  await page.mouse.move(box.x + box.width * 0.4, box.y + 80)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.8, box.y + 80, { steps: 5 })
  await page.mouse.up()
  await expect(page).toHaveURL(/from=.*to=/)
  await page.goBack()
  await expect(page).not.toHaveURL(/from=/)

  const bars = page.getByRole('slider', { name: /90 days/ })
  await bars.focus()
  await page.keyboard.press('Home')
  await expect(bars).toHaveAttribute('aria-valuetext', /: No data/)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
})

test('on a phone a day that is tapped says what it was', async ({ browser, healther, target }) => {
  const account = await makeAccount(healther, 'cy@watcher.example', 'Tapped')
  const address = await makeWatcher(healther, account, target.url)
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(`${healther.url}${address}`)
  await signIn(page, account)
  const days = region(page, 'Uptime')
  const bars = days.getByRole('slider')
  await bars.scrollIntoViewIfNeeded()
  const box = await bars.boundingBox()
  if (!box) throw new Error('the bars have no place')
  const summary = days.getByText('Not down on any of these days.')
  await expect(summary).toBeVisible()
  await page.touchscreen.tap(box.x + 2, box.y + box.height / 2)
  await expect(summary).toBeHidden()
  await expect(days.getByText('No data').last()).toBeVisible()
  await expect(bars).toHaveAttribute('aria-valuenow', '1')
  await page.touchscreen.tap(box.x + box.width - 2, box.y + box.height / 2)
  await expect(bars).toHaveAttribute('aria-valuenow', '90')
  await expect(days.getByText(/% up/)).toBeVisible()
  await context.close()
})
