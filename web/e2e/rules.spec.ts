import type { Page } from '@playwright/test'
import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'
import { join } from './support/joining'
import { makePerson } from './support/person'

test.use({ file: 'rules' })

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** On a phone nothing lies beside the page. */
async function expectToFitAPhone(page: Page) {
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
}

test('a policy is written, refused where it makes no sense, kept, changed and deleted', async ({
  page,
  healther,
  target,
}) => {
  const ada = await makePerson(healther, 'ada@rules.example', 'Acme')
  const hook = { kind: 'webhook', options: { url: `${target.url}hook` } }
  await ada.call('POST', `${ada.path}/channels`, { ...hook, name: 'Team' })
  await ada.call('POST', `${ada.path}/channels`, { ...hook, name: 'Phone' })
  await ada.watch('Shop', target.url)
  await ada.watch('Till', target.url)
  await page.goto('/w/acme/alerts/policies/new')
  await signIn(page, ada.account)
  await page.getByRole('textbox', { name: 'Name' }).fill('Nights')
  const preview = region(page, 'If something went down now')
  await expect(preview).toContainText('Choose who is told in every step.')
  const first = page.getByRole('group', { name: 'Step 1' })
  await first.getByRole('checkbox', { name: 'Team' }).check()
  await expect(preview).toContainText('At once: Team.')
  await expect(preview).toContainText('For 2 watchers: Shop, Till')
  await page.getByRole('radio', { name: 'Some watchers' }).check()
  await page.getByRole('checkbox', { name: /^Till/ }).check()
  await expect(preview).toContainText('For 1 watcher: Till')
  await page.getByRole('button', { name: 'Add a step' }).click()
  const second = page.getByRole('group', { name: 'Step 2' })
  await second.getByRole('checkbox', { name: 'Phone' }).check()
  await expect(preview).toContainText('After 10 mins without acknowledgement: Phone.')
  await page.getByLabel('Remind every').fill('30')
  await expect(preview).toContainText('After that, everybody again every 30 mins')

  // A step that comes before the one in front of it is refused, and what was typed stays.
  await second.getByLabel('Step 2, after minutes').fill('0')
  await page.getByRole('button', { name: 'Add a policy' }).click()
  await expect(page.getByText('Step 2 must come later than the one before it.')).toBeVisible()
  await second.getByLabel('Step 2, after minutes').fill('5')
  await page.getByRole('button', { name: 'Add a policy' }).click()
  const policies = page.getByRole('list', { name: 'Policies' })
  await expect(policies).toContainText('Nights')
  await expect(policies).toContainText('After 5 mins unacknowledged')

  await policies.getByRole('link', { name: 'Nights' }).click()
  await expect(page.getByRole('checkbox', { name: /^Till/ })).toBeChecked()
  await expect(second.getByLabel('Step 2, after minutes')).toHaveValue('5')
  await expect(page.getByLabel('Remind every')).toHaveValue('30')
  await page.getByRole('button', { name: 'Remove step 2' }).click()
  await page.getByRole('checkbox', { name: 'Degraded' }).uncheck()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(policies).toContainText('Down, Recovered, Certificate, Flapping')
  await expect(policies).not.toContainText('After 5 mins unacknowledged')
  await expectToFitAPhone(page)
  await policies.getByRole('link', { name: 'Nights' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(policies).toContainText('Everything, at once')
  await expect(policies).not.toContainText('Nights')
})

test('the calendar of a rotation is walked through by keyboard, and somebody stands in', async ({
  page,
  healther,
}) => {
  const cleo = await makePerson(healther, 'cleo@rules.example', 'Ops')
  const bo = await makeAccount(healther, 'bo@rules.example', 'Elsewhere', 'Bo Berg')
  await join(healther, cleo, bo, 'admin')
  const { items } = (await cleo.call('GET', `${cleo.path}/members`)) as {
    items: { user_id: string; email: string }[]
  }
  const members = [cleo.account.email, bo.email].map(
    (email) => items.find((each) => each.email === email)?.user_id,
  )
  const rotation = {
    name: 'Operations',
    every: 'week',
    time_zone: 'Europe/Berlin',
    starts_on: '2026-01-05',
    members,
  }
  const { id } = await cleo.call('POST', `${cleo.path}/rotations`, rotation)
  await page.goto(`/w/ops/alerts/on-call/${String(id)}`)
  await signIn(page, cleo.account)
  const grid = page.getByRole('grid', { name: 'The next four weeks' })
  await expect(grid.getByRole('gridcell')).toHaveCount(28)
  await expect(grid).toContainText('Bo Berg')
  await expect(grid).toContainText('Ada Lovelace')

  const today = grid.locator('[aria-current=date]')
  await today.focus()
  // Down twice, to the Monday of that week, on which it is handed over at nine.
  for (const key of ['ArrowDown', 'ArrowDown', 'Home']) await page.keyboard.press(key)
  const monday = grid.getByRole('gridcell').nth(14)
  await expect(monday).toBeFocused()
  await expect(monday).toHaveAccessibleName(
    /^Mon, .*: (Bo Berg, Ada Lovelace|Ada Lovelace, Bo Berg) from 09:00$/,
  )
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Who stands in')).toBeFocused()
  await page.keyboard.type('Bo')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(monday).toHaveAccessibleName(/Bo Berg standing in/)
  await expect(grid.getByRole('gridcell').nth(15)).not.toHaveAccessibleName(/standing in/)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Take back that Bo Berg stands in' }).click()
  await expect(monday).not.toHaveAccessibleName(/standing in/)
  await expectToFitAPhone(page)
  await expect(grid).toBeHidden()
})

test('other rules are tried on the checks of a watcher, by keyboard', async ({ page, healther, target }) => {
  const eve = await makePerson(healther, 'eve@rules.example', 'Shops')
  const { id } = await eve.watch('Shop', target.url)
  await eve.checked(id)
  // Two single failures, then one that lasts for three checks.
  for (const status of [503, 200, 503, 200, 503, 503, 503, 200]) {
    target.answer(status)
    await eve.check(id)
  }
  await page.goto(`/w/shops/watchers/${String(id)}`)
  await signIn(page, eve.account)
  await expect(page.getByRole('heading', { name: 'Shop', level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Command menu' })).toBeFocused()
  await page.keyboard.type('try other rules')
  const ofWatcher = page.getByRole('option', { name: 'Try other rules', exact: true })
  await expect(ofWatcher).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Backtest', level: 1 })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'What if the rules had been others?' })).toBeVisible()
  await expect(page.getByRole('checkbox', { name: /^Shop/ })).toBeChecked()
  await expectAccessible(page)
  const failures = page.getByLabel('Failed checks until it is down')
  await expect(failures).toHaveAccessibleDescription('Now 1')
  await failures.focus()
  await page.keyboard.type('3')
  await page.keyboard.press('Enter')
  await expect(page.getByText('These rules would have paged once instead of 3 times.')).toBeVisible()
  const rows = page.getByRole('list', { name: 'Outage by outage' })
  await expect(rows.getByRole('listitem').filter({ hasText: 'Heard of no more' })).toHaveCount(2)
  await expect(rows).toContainText('later')
  await expect(region(page, 'What this cannot tell')).toContainText('Checks stand where they stood')
  await expectToFitAPhone(page)
  const parts = page.getByRole('navigation', { name: 'Alerts' }).getByRole('link')
  await expect(parts).toHaveCount(5)
  for (const part of await parts.all()) await expect(part).toBeInViewport({ ratio: 1 })
})
