import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'
import { join } from './support/joining'
import { makePerson } from './support/person'

test.use({ file: 'overview' })

const row = (page: Page, name: string) =>
  page.getByRole('main').locator('li[aria-setsize]').filter({ hasText: name })
const favicon = (page: Page) =>
  page.evaluate(() =>
    decodeURIComponent(document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? ''),
  )

/** Goes there with Tab alone, as somebody without a mouse does. */
async function tabTo(page: Page, wanted: Locator) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(wanted).toBeFocused()
}

test('the first minutes by keyboard only: set up, test, save, see it arrive, show it to everybody', async ({
  page,
  target,
}) => {
  await page.goto('/')
  const fields = {
    'Your name': 'Ada Lovelace',
    Email: 'ada@keys.example',
    Password: 'correct horse battery',
    Workspace: 'Keys',
  }
  for (const [label, text] of Object.entries(fields)) {
    await tabTo(page, page.getByLabel(label, { exact: true }))
    await page.keyboard.type(text)
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Watch your first service' })).toBeVisible()

  await tabTo(page, page.getByLabel('Address'))
  await page.keyboard.type(target.url)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Everything is as expected.')).toBeVisible()
  await tabTo(page, page.getByLabel('Name', { exact: true }))
  await page.keyboard.type('Shop')
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'State' }).getByRole('status')).toContainText('Healthy')

  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await expect(row(page, 'Shop')).toContainText('Healthy')
  await page.keyboard.press('j')
  const shop = row(page, 'Shop').getByRole('link', { name: 'Shop' })
  await expect(shop).toBeFocused()
  await expect(shop).toHaveAccessibleDescription('Healthy')
  await page.keyboard.press('x')
  await expect(page.getByRole('toolbar')).toContainText('1 selected')
  await tabTo(page, page.getByRole('toolbar').getByRole('button', { name: 'Pause' }))
  await page.keyboard.press('Enter')
  await expect(row(page, 'Shop')).toContainText('Paused')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Command menu' })).toBeFocused()
  await page.keyboard.type('resume shop')
  await expect(page.getByRole('option', { name: 'Resume Shop' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(row(page, 'Shop')).not.toContainText('Paused')

  await page.keyboard.press('g')
  await page.keyboard.press('w')
  await tabTo(page, page.getByRole('button', { name: 'Make public' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: /\/status\/keys$/ })).toBeVisible()
})

test('what happens arrives without reloading: in the row, the banner, the title and the tab’s picture', async ({
  page,
  healther,
  target,
}) => {
  const ada = await makePerson(healther, 'ada@live.example', 'Followed')
  await ada.watch('Blog', target.url)
  await page.goto('/sign-in')
  await signIn(page, ada.account)
  await expect(row(page, 'Blog')).toContainText('Healthy')
  await expect(page.getByRole('complementary').getByRole('status')).toHaveText('Live')

  const { id } = await ada.watch('Shop', target.url)
  await ada.checked(id)
  await expect(row(page, 'Shop')).toContainText('Healthy', { timeout: 2_000 })
  await expect(page).toHaveTitle('Overview · healther')
  expect(await favicon(page)).toContain('/favicon.svg')

  target.answer(503)
  await ada.check(id)
  await expect(row(page, 'Shop')).toContainText('Down', { timeout: 2_000 })
  await expect(page.getByRole('region', { name: 'All watchers' })).toContainText('1 service is down')
  await expect(page).toHaveTitle('1 down · Overview · healther')
  expect(await favicon(page)).toContain('<svg')
  await page.goto(`/w/${ada.slug}/settings`)
  await expect(page).toHaveTitle('1 down · Workspace · healther')
  await expectAccessible(page)
})

test('offline is said once; what happened meanwhile is there as soon as the line is back', async ({
  page,
  context,
  healther,
  target,
}) => {
  const ada = await makePerson(healther, 'ada@cut.example', 'Cut')
  const { id } = await ada.watch('Shop', target.url)
  await page.goto('/sign-in')
  await signIn(page, ada.account)
  await expect(row(page, 'Shop')).toContainText('Healthy')
  await expect(page.getByRole('complementary').getByRole('status')).toHaveText('Live')
  const resumed: string[] = []
  page.on('request', (request) => {
    const from = request.headers()['last-event-id']
    if (from !== undefined) resumed.push(from)
  })

  await context.setOffline(true)
  await expect(page.getByText('You are offline.')).toBeVisible()
  await expect(page.getByText(/offline/i)).toHaveCount(1)
  target.answer(503)
  await ada.check(id)
  await expect(row(page, 'Shop')).toContainText('Healthy')
  await context.setOffline(false)
  await expect(row(page, 'Shop')).toContainText('Down')
  await expect(page.getByText('You are offline.')).toBeHidden()
  expect(resumed.length).toBeGreaterThan(0)

  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Live')
})

test('eight tabs share one stream, and go on when the one that reads it is closed', async ({
  context,
  page,
  healther,
  target,
}) => {
  const ada = await makePerson(healther, 'ada@tabs.example', 'Tabs')
  const { id } = await ada.watch('Shop', target.url)
  await page.goto('/sign-in')
  await signIn(page, ada.account)
  await expect(row(page, 'Shop')).toContainText('Healthy')
  const streams = new Set<string>()
  context.on('request', (request) => {
    if (request.url().endsWith('/live')) streams.add(request.headers()['last-event-id'] ?? 'none')
  })
  const others: Page[] = []
  for (let number = 2; number <= 8; number += 1) {
    const other = await context.newPage()
    await other.goto(`/w/${ada.slug}`)
    await expect(row(other, 'Shop')).toContainText('Healthy')
    await expect(other.getByRole('complementary').getByRole('status')).toHaveText('Live')
    others.push(other)
  }
  expect(streams.size).toBe(0)
  target.answer(503)
  await ada.check(id)
  for (const each of [page, ...others]) await expect(row(each, 'Shop')).toContainText('Down')

  await page.close()
  await expect.poll(() => streams.size).toBe(1)
  expect([...streams]).not.toContain('none')
  target.answer(200)
  await ada.check(id)
  for (const each of others) await expect(row(each, 'Shop')).toContainText('Healthy')
})

test('an observer sees everything, and no control that would be refused', async ({
  page,
  healther,
  target,
}) => {
  const owner = await makePerson(healther, 'owner@roles.example', 'Roles')
  const { id } = await owner.watch('Shop', target.url)
  await owner.checked(id)
  const observer = await makeAccount(healther, 'observer@roles.example', 'Elsewhere')
  await join(healther, owner, observer, 'observer')
  await page.goto(`/sign-in?next=/w/${owner.slug}`)
  await signIn(page, observer)
  const main = page.getByRole('main')
  await expect(row(page, 'Shop')).toContainText('Healthy')
  await expect(main.getByRole('checkbox')).toHaveCount(0)
  await expect(main.getByRole('link', { name: 'New watcher' })).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Command menu' })).toBeFocused()
  await page.keyboard.type('pause')
  await expect(page.getByText('Nothing by that name.')).toBeVisible()
  await page.keyboard.press('Escape')

  await page.keyboard.press('j')
  await page.keyboard.press('o')
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  for (const name of ['Check now', 'Pause', 'More actions']) {
    await expect(main.getByRole('button', { name })).toHaveCount(0)
  }
  await expect(main.getByRole('link', { name: 'Edit' })).toHaveCount(0)
  for (const address of ['watchers/new', `watchers/${String(id)}/edit`]) {
    await page.goto(`/w/${owner.slug}/${address}`)
    await expect(main.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(main.getByRole('textbox')).toHaveCount(0)
  }
  await page.goto(`/w/${owner.slug}/status-pages`)
  await expect(main.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(main.getByRole('button', { name: /publish|new status page/i })).toHaveCount(0)
})
