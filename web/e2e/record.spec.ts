import { readFileSync } from 'node:fs'
import { expect, expectAccessible, signIn, test } from './support/fixtures'
import { makePerson } from './support/person'

test.use({ file: 'record' })

test('the month is looked at and saved, and the trail tells who made what is in it', async ({
  page,
  healther,
  target,
}) => {
  const ada = await makePerson(healther, 'ada@record.example', 'Acme')
  await ada.watch('Shop', target.url)
  await page.goto('/w/acme')
  await signIn(page, ada.account)
  await expect(page.getByRole('link', { name: 'Shop' })).toBeVisible()

  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await expect(page.getByRole('heading', { name: 'Reports' })).toBeVisible()
  await page.getByRole('combobox', { name: 'Month' }).selectOption({ index: 0 })
  await expect(page.getByText(/This month is not over/)).toBeVisible()
  await expect(page.getByRole('row', { name: /^Shop/ })).toBeVisible()
  await expectAccessible(page)
  for (const [kind, begins] of [
    ['PDF', '%PDF-'],
    ['HTML', '<!doctype html>'],
    ['CSV', '\uFEFFmonth,tz'],
  ] as const) {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: `Save as ${kind}` }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toMatch(new RegExp(`^healther-\\d{4}-\\d{2}\\.${kind.toLowerCase()}$`))
    expect(readFileSync(await saved.path(), 'utf8').startsWith(begins)).toBe(true)
  }

  await page.getByRole('link', { name: 'Workspace', exact: true }).click()
  await page.getByRole('link', { name: 'Open the audit trail' }).click()
  const trail = page.getByRole('list', { name: 'Audit trail' })
  await expect(trail.getByText('made the watcher')).toBeVisible()
  await expect(trail.getByText('made the workspace')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('combobox', { name: 'What it was done to' }).selectOption('Watchers')
  await expect(trail.getByText('made the workspace')).toBeHidden()
  await expect(trail.getByText('made the watcher')).toBeVisible()
})

test('on a phone neither page is wider than it, and keys reach what a table has beside it', async ({
  page,
  healther,
}) => {
  const bob = await makePerson(healther, 'bob@record.example', 'Bob')
  await bob.watch('A service with a rather long name of its own', 'http://127.0.0.1:9/')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/w/bob/reports')
  await signIn(page, bob.account)
  await expect(page.getByRole('row', { name: /^A service .* Days/ })).toBeVisible()
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await tooWide()).toBeLessThanOrEqual(0)
  const services = page.getByRole('region', { name: 'Services (scrolls)' })
  await services.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => services.evaluate(({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0)
  await page.setViewportSize({ width: 1440, height: 900 })
  await expect(services).toHaveCount(0)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/w/bob/settings/audit')
  await expect(page.getByText('made the watcher')).toBeVisible()
  expect(await tooWide()).toBeLessThanOrEqual(0)
})
