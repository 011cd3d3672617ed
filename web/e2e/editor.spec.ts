import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'

test.use({ file: 'editor' })

test.beforeEach(async ({ page, healther }, info) => {
  const account = await makeAccount(
    healther,
    `ada${info.testId}@example.org`,
    `Acme ${info.testId.slice(-6)}`,
  )
  await page.goto('/sign-in')
  await signIn(page, account)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.keyboard.press('c')
  await expect(page.getByRole('heading', { name: 'Watch your first service' })).toBeVisible()
})

test('by keyboard only: test, see what failed, mend it, save, see the first result', async ({
  page,
  target,
}) => {
  target.answer(503, '<img src=x onerror="alert(1)">')
  await page.getByLabel('Address').focus()
  await page.keyboard.type(target.url)
  await page.keyboard.press('Control+Enter')
  const result = page.getByRole('region', { name: 'Test', exact: true })
  await expect(result.getByText('This check would fail.')).toBeVisible()
  await expect(result.getByRole('list', { name: 'Expectations' })).toContainText('got 503')
  await expect(result.getByRole('region', { name: 'Body, as text' })).toContainText('<img src=x')
  await expectAccessible(page)

  await result.getByRole('button', { name: 'Count 503 as healthy' }).press('Enter')
  await expect(page.getByLabel('Expected status')).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(result.getByText('Everything is as expected.')).toBeVisible()
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('heading', { name: new URL(target.url).host })).toBeVisible()
})

test('an address that is not allowed is explained with the setting', async ({ page }) => {
  await page.getByLabel('Address').fill('http://10.0.0.1/')
  await page.getByLabel('Address').press('Enter')
  await expect(page.getByText('HEALTHER_ALLOW_NETWORKS=10.0.0.1/32:80', { exact: true })).toBeVisible()
  await expectAccessible(page)
})

test('what is wrong is unfolded and focused; what is unsaved is guarded; a phone has room for it', async ({
  page,
  target,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByLabel('Address').fill(target.url)
  await page.getByText('Patience and thresholds').click()
  await page.getByLabel('Timeout').fill('11000')
  await page.getByText('Patience and thresholds').click()
  await page.getByLabel('Check every').fill('10')
  await page.getByLabel('Unit').selectOption('seconds')
  await page.getByRole('button', { name: 'Start watching' }).click()
  // The server's own refusal: longer than the interval.
  await expect(page.getByLabel('Timeout')).toBeFocused()
  await expect(page.getByLabel('Timeout')).toHaveAccessibleDescription(/interval/)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)

  await page.getByRole('link', { name: 'Cancel' }).click()
  await expect(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible()
  await expectAccessible(page)
})

test('what a watcher needs is chosen by keyboard, and its page leads there', async ({ page, target }) => {
  await page.getByLabel('Address').fill(`${target.url}router`)
  await page.getByLabel('Name').fill('Router')
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('heading', { name: 'Router' })).toBeVisible()
  await page.keyboard.press('c')
  await page.getByLabel('Address').fill(target.url)
  await page.getByLabel('Name').fill('Shop')
  await page.getByText('Depends on').click()
  await page.getByRole('checkbox', { name: 'Router' }).focus()
  await page.keyboard.press('Space')
  await expectAccessible(page)
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  const link = page.getByRole('region', { name: 'Configuration' }).getByRole('link', { name: 'Router' })
  await expectAccessible(page)
  await link.click()
  await expect(page.getByRole('heading', { name: 'Router' })).toBeVisible()
})
