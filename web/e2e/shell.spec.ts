import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'

test.use({ file: 'shell' })

test.beforeEach(async ({ page, healther }, info) => {
  const account = await makeAccount(
    healther,
    `ada${info.testId}@example.org`,
    `Acme ${info.testId.slice(-6)}`,
  )
  await page.goto('/sign-in')
  await signIn(page, account)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
})

test('the command menu and the keys go everywhere', async ({ page }) => {
  await page.keyboard.press('Control+k')
  await expectAccessible(page)
  await page.getByRole('combobox', { name: 'Command menu' }).fill('profile')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/profile$/)
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await expect(page.getByRole('heading', { name: 'Status pages' })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.keyboard.press('c')
  await expect(page).toHaveURL(/\/watchers\/new$/)
})

test('a chosen theme and language stay', async ({ page }) => {
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
  await expectAccessible(page, { menuIsOpen: true })
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.goto('/profile')
  await page.getByLabel('Language').selectOption({ label: 'Deutsch' })
  await expect(page.getByRole('heading', { name: 'Profil', exact: true })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Profil', exact: true })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('being offline is said; an address that leads nowhere is too', async ({ page, context }) => {
  await context.setOffline(true)
  await expect(page.getByText('You are offline.')).toBeVisible()
  await expectAccessible(page)
  await context.setOffline(false)
  await expect(page.getByText('You are offline.')).toBeHidden()
  await page.goto('/nothing/here')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  await expectAccessible(page)
  await page.goto('/w/not-mine')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})

test('on a phone everything is within a thumb’s reach', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Workspace' }).click()
  await expect(page.getByRole('heading', { name: 'Workspace', exact: true })).toBeVisible()
  await expectAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  for (const place of ['Maintenance', 'Reports']) {
    await page.getByRole('button', { name: 'More' }).click()
    await expectAccessible(page, { menuIsOpen: true })
    await page.getByRole('menuitem', { name: place }).click()
    await expect(page.getByRole('heading', { name: place, exact: true })).toBeVisible()
  }
})

test('on a phone the places of alerts stay in one line, in German too, and the one that is open is in sight', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const overview = page.url()
  await page.goto('/profile')
  await page.getByLabel('Language').selectOption('Deutsch')
  await expect(page.getByRole('heading', { name: 'Profil', exact: true })).toBeVisible()
  await page.goto(overview + '/alerts/backtest')
  const places = page.getByRole('navigation', { name: 'Alarme', exact: true })
  await expect(places.getByRole('link', { name: 'Regeln erproben' })).toBeInViewport({ ratio: 1 })
  await expect(places.getByRole('link', { name: 'Kanäle' })).not.toBeInViewport({ ratio: 1 })
  const tops = await places
    .getByRole('link')
    .evaluateAll((links) => links.map((each) => each.getBoundingClientRect().top))
  expect(new Set(tops).size).toBe(1)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  await expectAccessible(page)
})
