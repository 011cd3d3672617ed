import type { Page } from '@playwright/test'
import { expect, expectAccessible, signIn, test } from './support/fixtures'
import { makePerson } from './support/person'
import type { Healther } from './support/processes'

test.use({ file: 'incidents' })

/** A watcher, and a page that may tell of it; `check` looks at the watcher at once. */
async function prepare(healther: Healther, email: string, workspace: string, url: string) {
  const person = await makePerson(healther, email, workspace)
  const { id } = await person.watch('Shop', url)
  await person.call('POST', `${person.path}/status-pages`, { title: `${workspace} status` })
  return { account: person.account, check: () => person.check(id) }
}

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** Presses keys one after the other, as a hand does. */
async function press(page: Page, ...keys: string[]) {
  for (const key of keys) await page.keyboard.press(key)
}

test('an incident from red to resolved, by keyboard alone', async ({ page, healther, target }) => {
  const shop = await prepare(healther, 'ada@incidents.example', 'Acme', target.url)
  await page.goto('/w/acme/incidents')
  await signIn(page, shop.account)
  await expect(page.getByRole('heading', { name: 'No incident yet' })).toBeVisible()
  await expectAccessible(page)
  await page.evaluate(() => {
    addEventListener('pointerdown', () => (document.documentElement.dataset.pointer = 'used'), true)
  })

  target.answer(503)
  await shop.check()
  const places = page.getByRole('navigation', { name: 'Places' })
  await expect(places.getByRole('link', { name: 'Incidents 1 open incident' })).toBeVisible()
  await expect(page.getByRole('link', { name: /^Shop is down/ })).toBeVisible()
  await expectAccessible(page)
  await press(page, 'j', 'Enter')
  await expect(page.getByRole('heading', { name: 'Shop is down' })).toBeVisible()
  const state = region(page, 'State')
  const timeline = region(page, 'Timeline')
  await expect(state).toContainText('Nobody yet')
  await expect(timeline).toContainText('Shop failed its first check')
  await expect(timeline).toContainText('The status is not an expected one.')
  await expect(region(page, 'Affected').getByRole('link', { name: 'Shop' })).toBeVisible()
  await expect(region(page, 'Why was I (not) paged?')).toContainText('The checks that led to it')

  await press(page, 'a')
  await expect(state).toContainText('Ada Lovelace')
  await expect(timeline).toContainText('Ada Lovelace is on it')

  await press(page, 'u')
  await expect(page.getByRole('textbox', { name: 'What is known' })).toBeFocused()
  await page.keyboard.type('The **provider** is down.')
  // Past the switch to the preview, to the page that is to tell of it.
  await press(page, 'Tab', 'Tab', 'Tab')
  await expect(page.getByLabel('Acme status')).toBeFocused()
  await press(page, 'Space', 'Tab', 'Enter')
  await expect(timeline.locator('strong', { hasText: 'provider' })).toBeVisible()
  await expect(region(page, 'Status pages').getByRole('link', { name: 'Acme status' })).toBeVisible()
  await expectAccessible(page)

  // Down means down: it cannot be resolved by saying so.
  await press(page, 'x')
  const dialog = page.getByRole('dialog')
  await press(page, 'Control+Enter')
  await expect(dialog.getByRole('alert')).toContainText('Still impaired: Shop')
  await press(page, 'Escape')
  await expect(dialog).toBeHidden()

  target.answer(200)
  await shop.check()
  await expect(state.getByRole('status')).toContainText('Resolved')
  await expect(timeline).toContainText('Shop has recovered')
  await expect(places.getByRole('link', { name: 'Incidents', exact: true })).toBeVisible()

  // It is not over after all, and then a person says that it is.
  await press(page, 'x')
  await page.keyboard.type('It came back once more.')
  await press(page, 'Control+Enter')
  await expect(timeline).toContainText('Ada Lovelace reopened it')
  await press(page, 'x')
  await expect(dialog).toBeVisible()
  await page.keyboard.type('A new line was laid.')
  await press(page, 'Control+Enter')
  await expect(timeline).toContainText('Ada Lovelace resolved it')
  await expect(state.getByRole('status')).toContainText('Resolved')
  await expect(page.locator('html[data-pointer]')).toHaveCount(0)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
})

test('on a phone an incident of the list is called by its whole title', async ({ page, healther }) => {
  const ada = await makePerson(healther, 'ada@phone.example', 'Phone')
  const title = 'Cards of two banks are declined at every till'
  await ada.call('POST', `${ada.path}/incidents`, { title })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/w/phone/incidents')
  await signIn(page, ada.account)
  const link = page.getByRole('main').getByRole('link', { name: title })
  await expect(link).toBeVisible()
  const cut = await link.evaluate((box) => [
    box.scrollWidth - box.clientWidth,
    box.scrollHeight - box.clientHeight,
  ])
  expect(cut).toEqual([0, 0])
})

test('a service that comes and goes is shown as flapping, live', async ({ page, healther, target }) => {
  const shop = await prepare(healther, 'eve@incidents.example', 'Swing', target.url)
  await page.goto('/w/swing')
  await signIn(page, shop.account)
  const link = page.getByRole('link', { name: 'Shop', exact: true })
  await expect(link).toHaveAccessibleDescription('Healthy')
  for (const status of [503, 200, 503, 200, 503]) {
    target.answer(status)
    await shop.check()
  }
  await expect(link).toHaveAccessibleDescription('Down Flapping')
  await expectAccessible(page)
  await link.click()
  const state = region(page, 'State')
  await expect(state).toContainText('Flapping')
  await expect(state).toContainText('It counts as settled on')
  await expectAccessible(page)
})

test('maintenance: planned by days of the week, seen ahead, begun at once, ended', async ({
  page,
  healther,
  target,
}) => {
  const { account } = await prepare(healther, 'bo@incidents.example', 'Works', target.url)
  await page.goto('/w/works/maintenance')
  await signIn(page, account)
  await expect(page.getByRole('heading', { name: 'No maintenance is planned' })).toBeVisible()
  await page.getByRole('link', { name: 'Plan maintenance' }).click()
  await page.getByLabel('Title').fill('Database upgrade')
  await page.getByLabel('Repeats').selectOption('weekly')
  await page.getByRole('button', { name: 'Wednesday' }).click()
  await page.getByLabel('Every watcher').check()
  await expect(region(page, 'When it will be').getByRole('listitem')).toHaveCount(10)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Plan maintenance' }).click()
  const upcoming = page.getByRole('list', { name: 'Upcoming' })
  await expect(upcoming).toContainText('Database upgrade')
  await expect(upcoming).toContainText('every Wed, Sun')
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Plan maintenance' }).click()
  await page.getByLabel('Title').fill('Right now')
  const begins = page.getByLabel('Begins')
  const wall = await begins.inputValue()
  await begins.fill(`${String(Number(wall.slice(0, 4)) - 1)}${wall.slice(4)}`)
  await page.getByLabel('Open-ended').check()
  await page.getByLabel('Every watcher').check()
  await page.getByRole('button', { name: 'Plan maintenance' }).click()
  const now = page.getByRole('list', { name: 'Now' })
  await expect(now).toContainText('until somebody ends it')
  await page.getByRole('button', { name: 'End Right now now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End now' }).click()
  await expect(now).toBeHidden()
  await page.getByRole('button', { name: 'Delete Database upgrade' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(upcoming).toBeHidden()
})
