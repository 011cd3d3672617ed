import type { Page } from '@playwright/test'
import { signIn } from './support/fixtures'
import { furnish } from './support/furnished'
import { expect, test } from './support/mailing'
import { startNeighbour } from './support/neighbour'
import { open, pagesOf } from './support/pages'
import { walkPublic } from './support/public'

// A trace of this many pages takes longer than looking at them.
test.use({ file: 'hostile', trace: 'off' })

/** Each of them would leave an element behind, or run; the longest still fits a name of a hundred characters. */
const NAME = `</title>"><x-x><script>alert(1)</script><svg onload=alert(1)><img src=x onerror=alert(1)>{{7*7}}`
const TAG = `"><x-x><img src=x onerror=alert(1)>`.slice(0, 40)
const PROSE = `${NAME}

# <x-x onclick="alert(1)">

![far away](https://elsewhere.invalid/a.png) <img src="https://elsewhere.invalid/b.png">

[here](javascript:alert(1)) ![there](javascript:alert(1)) <a href="javascript:alert(1)">it</a> <javascript:alert(1)>

<iframe srcdoc="<script>alert(1)</script>"></iframe><style>body { display: none }</style>

\`\`\`"><x-x>
</code><x-x>
\`\`\``

/** What no page of healther has. */
const PLANTED = [
  'x-x',
  'script:not([src])',
  'iframe[srcdoc*=alert]',
  'img[src=x]',
  '[onload], [onerror], [onclick]',
  '[href^="javascript:" i], [src^="javascript:" i]',
].join()

async function expectInert(page: Page) {
  await expect(page.locator(PLANTED)).toHaveCount(0)
}

test('what people and targets write is text on every page, in toasts, in the command menu and for everybody', async ({
  page,
  healther,
  mail,
}) => {
  const neighbour = await startNeighbour(NAME)
  const say = { name: () => NAME, tag: () => TAG, prose: () => PROSE }
  const evil = await furnish(healther, { email: 'eve@hostile.example', neighbour, say })
  const silent: string[] = []
  await walkPublic(page, { acme: evil, neighbour, mail }, async (where) => {
    await expectInert(page)
    if (!(await page.content()).includes('&lt;x-x&gt;')) silent.push(where)
  })
  // What says nothing of a workspace; everything else had it there to be seen.
  expect(silent).toEqual([
    '/status/no-such-page',
    '/status/furnished-locked',
    'a wrong password',
    'a wish to subscribe',
    'somebody who left',
    'a link that is over',
    'a link to acknowledge that is over',
    'an address that is asked',
    'an address that said no',
    'an address that said yes',
    'a question that is over',
    'signing in',
    'an invitation that is over',
  ])
  for (const drawn of [
    'status/furnished/feed.atom',
    'badge/furnished/service-0.svg',
    'badge/furnished.svg',
  ]) {
    await page.goto(`/${drawn}`)
    await expectInert(page)
  }

  await page.goto('/sign-in')
  await signIn(page, evil.account)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  const at = `/w/${evil.ids.workspace}`
  const watcher = `${at}/watchers/${String(evil.ids.watcherId)}`
  for (const address of [...pagesOf(evil), `${at}/incidents/${String(evil.ids.outageId)}`]) {
    await open(page, address)
    // It is there to be seen, in the workspace's name at least.
    await expect(page.getByText('<x-x>').first()).toBeAttached()
    await expectInert(page)
  }

  await page.goto(watcher)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.locator('[data-sonner-toast]')).toContainText('<x-x>')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command menu' }).fill('x-x')
  await expect(page.getByRole('option').first()).toContainText('<x-x>')
  await expectInert(page)
  await page.keyboard.press('Escape')

  await page.goto(`${at}/alerts/channels/${String(evil.ids.channelId)}`)
  await page.getByRole('button', { name: 'Send test' }).click()
  await expect(page.getByText(/^Taken, in/)).toBeVisible()
  await expectInert(page)
  await neighbour.stop()
})
