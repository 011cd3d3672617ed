import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'
import { join } from './support/joining'
import { makePerson } from './support/person'

test.use({ file: 'leaving' })

test('an account: held by others, handed over, deleted with what was its own alone, remembered without a name', async ({
  page,
  browser,
  healther,
}) => {
  const caller = await makePerson(healther, 'ada@leaving.example', 'Shared')
  const ada = caller.account
  const bob = await makeAccount(healther, 'bob@leaving.example', 'Own', 'Bob')
  await join(healther, caller, bob, 'admin')
  await caller.call('POST', '', { name: 'Drawer' })
  await caller.call('POST', `${caller.path}/incidents`, { title: 'Trouble' })

  await page.goto('/sign-in?next=/profile')
  await signIn(page, ada)
  const open = page.getByRole('button', { name: 'Delete account' })
  await open.click()
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
  await expect(dialog.getByText('You are the last owner of a workspace that others are in.')).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('link', { name: 'Shared' }).click()
  await page.getByLabel('Role of Bob').selectOption('owner')
  await expect(page.getByText('Bob: Owner.')).toBeVisible()

  await page.goto('/profile')
  await open.click()
  await expect(dialog.getByRole('region', { name: 'This goes, for ever' })).toContainText(
    'the workspace Drawer',
  )
  await expect(dialog.getByRole('region', { name: 'This stays' })).toContainText('the workspace Shared')
  await expectAccessible(page)
  await dialog.getByLabel('Current password').fill('not my password')
  await dialog.getByRole('checkbox').check()
  await page.keyboard.press('Tab')
  await dialog.getByRole('button', { name: 'Delete account' }).click()
  await expect(dialog.getByText('is not your password')).toBeVisible()

  const elsewhere = await (await browser.newContext()).newPage()
  await elsewhere.goto(`${healther.url}/sign-in?next=/profile`)
  await signIn(elsewhere, ada)
  await expect(elsewhere.getByRole('heading', { name: 'Profile' })).toBeVisible()

  await dialog.getByLabel('Current password').fill(ada.password)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Your account is deleted.')).toBeVisible()
  await expect(page).toHaveURL(/\/sign-in$/)
  await elsewhere.reload()
  await expect(elsewhere).toHaveURL(/\/sign-in/)
  await signIn(page, ada)
  await expect(page.getByText('The email or the password is wrong.')).toBeVisible()

  await signIn(page, bob)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.goto('/w/shared/settings/audit')
  const trail = page.getByRole('list', { name: 'Audit trail' })
  await expect(trail).toContainText('deleted account left the workspace: deleted account')
  await expect(trail).not.toContainText('ada@')
  await page.goto('/w/drawer')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})
