import { expect, expectAccessible, test } from './support/fixtures'

test.use({ file: 'first-minutes' })

test('the first two minutes are as the README tells them: set up, test, save, see it arrive, show a customer', async ({
  page,
  browser,
  target,
}) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/set-up$/)
  await expectAccessible(page)
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await page.getByLabel('Email').fill('ada@example.org')
  await page.getByLabel('Password').fill('short')
  await page.getByLabel('Workspace').fill('Acme production')
  await page.getByRole('button', { name: 'Set up healther' }).click()
  // The API's refusal lands on its field.
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/8 characters or more.*8 characters/s)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Set up healther' }).click()

  await expect(page).toHaveURL(/\/w\/acme-production\/watchers\/new$/)
  await expect(page.getByRole('heading', { name: 'Watch your first service' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Address').fill(target.url)
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  const result = page.getByRole('region', { name: 'Test', exact: true })
  await expect(result.getByText('Everything is as expected.')).toBeVisible()
  await expect(result.getByRole('list', { name: 'Expectations' })).toContainText('200')
  await expect(result.getByRole('listitem').filter({ hasText: target.url })).toContainText('200')
  const waterfall = result.getByRole('table', { name: 'Request 1' })
  await expect(waterfall.getByRole('row', { name: /^First byte/ })).toContainText('ms')
  await expectAccessible(page)
  await page.getByLabel('Name').fill('Shop')
  // From here on nothing is loaded anew: what the page remembers stays.
  await page.evaluate(() => (document.documentElement.dataset.loaded = 'once'))
  await page.getByRole('button', { name: 'Start watching' }).click()

  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  await expect(page.getByText('Healthy', { exact: true }).first()).toBeVisible()
  await expectAccessible(page)

  const places = page.getByRole('navigation', { name: 'Places' })
  await places.getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Shop' })).toContainText('Healthy')
  await expectAccessible(page)

  await places.getByRole('link', { name: 'Workspace' }).click()
  await page.getByRole('button', { name: 'Make public' }).click()
  const link = page.getByRole('link', { name: /\/status\/acme-production$/ })
  const address = (await link.getAttribute('href')) ?? ''
  await expect(page.locator('html[data-loaded=once]')).toBeAttached()

  const customer = await (await browser.newContext()).newPage()
  await customer.goto(address)
  await expect(customer.getByRole('heading', { name: 'Acme production' })).toBeVisible()
  await expect(customer.getByText('All services are up')).toBeVisible()
  await expect(customer.getByText('Shop', { exact: true })).toBeVisible()
  await customer.context().close()
})
