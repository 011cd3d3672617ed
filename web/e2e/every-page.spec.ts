import type { Page } from '@playwright/test'
import { signIn } from './support/fixtures'
import { furnish, type Furnished } from './support/furnished'
import { expect, test } from './support/mailing'
import { startNeighbour, type Neighbour } from './support/neighbour'
import { open, pagesOf } from './support/pages'
import { walkPublic } from './support/public'
import { wrongs } from './support/wrongs'

// A trace of this many pages takes longer than looking at them.
test.use({ file: 'every-page', trace: 'off' })
test.describe.configure({ timeout: 240_000 })

let acme: Furnished
let neighbour: Neighbour

test.beforeAll(async ({ healther }) => {
  neighbour = await startNeighbour()
  acme = await furnish(healther, { email: 'ada@pages.example', neighbour })
})
test.afterAll(() => neighbour.stop())

/** Signs in, once for each person. */
async function arrive(page: Page, who: { email: string; password: string }) {
  await page.goto('/sign-in')
  await signIn(page, who)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
}

test('every page of the app is accessible in both themes, twice as large and on a phone', async ({
  page,
}) => {
  const found: string[] = []
  for (const address of ['/sign-in', '/forgotten', '/reset#token', '/email#token', '/reset', '/email']) {
    await open(page, address)
    found.push(...(await wrongs(page, address)))
  }
  await arrive(page, acme.account)
  for (const address of pagesOf(acme)) {
    await open(page, address)
    found.push(...(await wrongs(page, address)))
  }
  await open(page, '/nothing/here')
  found.push(...(await wrongs(page, 'an address that leads nowhere')))
  expect(found).toEqual([])
})

test('so is every dialog', async ({ page }) => {
  await arrive(page, acme.account)
  const { workspace, watcherId, incidentId } = acme.ids
  const at = `/w/${workspace}`
  const press = (name: string | RegExp) => () => page.getByRole('button', { name }).first().click()
  const choose = (name: string) => async () => {
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  const selected = (name: string) => async () => {
    await page.getByRole('checkbox', { name: 'Select Shop' }).check()
    await page.getByRole('toolbar').getByRole('button', { name }).click()
  }
  const dialogs: [string, string, () => Promise<void>][] = [
    ['command menu', at, () => page.keyboard.press('Control+k')],
    ['shortcuts', at, () => page.keyboard.press('?')],
    ['tag of many', at, selected('Tag')],
    ['deletion of many', at, selected('Delete')],
    ['typed deletion', `${at}/watchers/${String(watcherId)}`, choose('Delete')],
    ['correction', `${at}/watchers/${String(watcherId)}`, press('Correct the record')],
    ['reopening', `${at}/incidents/${String(incidentId)}`, press('Reopen')],
    ['API key', `${at}/settings`, press('New key')],
    ['template', `${at}/settings`, press(/template/)],
    ['deletion of a workspace', `${at}/settings`, press('Delete workspace')],
    ['status page', `${at}/status-pages`, press('New status page')],
  ]
  const found: string[] = []
  for (const [name, address, show] of dialogs) {
    await open(page, address)
    await show()
    await expect(page.getByRole('dialog')).toBeVisible()
    found.push(...(await wrongs(page, name)))
  }
  expect(found).toEqual([])
})

test('so is everything that people without an account see', async ({ page, mail }) => {
  const found: string[] = []
  await walkPublic(page, { acme, neighbour, mail }, async (where) => {
    // Inside somebody else's page a heading of the first level would be one too many.
    const framed = where.endsWith('/embed')
    found.push(...(await wrongs(page, where, (axe) => framed && axe.disableRules(['page-has-heading-one']))))
  })
  expect(found).toEqual([])
})

/** What somebody who may only look can press. */
const TO_LOOK = [
  /^(Copy the |Save as |Show as |Check of )/,
  /^(Healthy|Degraded|Down|Unknown|Paused)\d*$/,
  /^(Period|Everything|What people said|Try these rules|Leave)$/,
]
/** Where everybody is at home. */
const OF_THEIR_OWN = ['/profile', '/workspaces/new']

test('whoever only observes has no control of anything', async ({ page }) => {
  await arrive(page, acme.guest)
  const found: string[] = []
  for (const address of pagesOf(acme).filter((each) => !OF_THEIR_OWN.includes(each))) {
    await open(page, address)
    const names = await page
      .getByRole('main')
      .getByRole('button')
      .evaluateAll((all) => all.map((each) => each.ariaLabel ?? each.textContent))
    const controls = names.filter((name) => !TO_LOOK.some((each) => each.test(name)))
    if (controls.length > 0) found.push(`${address}: ${controls.join(', ')}`)
  }
  expect(found).toEqual([])
})
