import { expect, expectAccessible, test } from './support/fixtures'

test.use({ file: 'first-minutes' })

test('the first two minutes: set up, watch something, see the first result arrive', async ({
  page,
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
  await page.getByLabel('Name').fill('Shop')
  await page.getByRole('button', { name: 'Start watching' }).click()

  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  await expect(page.getByText('Healthy', { exact: true }).first()).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Shop' })).toContainText('Healthy')
  await expectAccessible(page)
})
