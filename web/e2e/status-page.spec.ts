import type { Healther } from './support/processes'
import { expect, expectAccessible, makeAccount, signIn, test } from './support/fixtures'
import { makePerson } from './support/person'

test.use({ file: 'status-page' })

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</title><svg onload=alert(1)>',
  '{{7*7}} javascript:alert(1)',
]

type Json = Record<string, unknown>

/** Somebody with a workspace; makes things in it through the API. */
async function owner(healther: Healther, email: string, name: string) {
  const account = await makeAccount(healther, email, name)
  const form = new URLSearchParams({ username: email, password: account.password })
  const signedIn = await fetch(`${healther.url}/api/v1/auth/token`, { method: 'POST', body: form })
  const { access_token: token } = (await signedIn.json()) as { access_token: string }
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const call = async (method: string, path: string, body?: Json) => {
    const options = { method, headers, body: body && JSON.stringify(body) }
    const answer = await fetch(`${healther.url}/api/v1/workspaces${path}`, options)
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true)
    return (answer.status === 204 ? {} : await answer.json()) as Json
  }
  const { items } = (await call('GET', '')) as { items: { id: string }[] }
  const workspace = items.map(({ id }) => `/${id}`).join()
  const watch = (name: string, url: string) =>
    call('POST', `${workspace}/watchers`, { name, url, every_value: 10, every_unit: 'seconds' })
  const publish = (page: Json) => call('POST', `${workspace}/status-pages`, page)
  return { call, workspace, watch, publish }
}

test('what people and targets write is text, whatever it looks like', async ({ page, healther }) => {
  const { watch, publish } = await owner(healther, 'eve@example.org', 'Evil')
  for (const [number, text] of PAYLOADS.entries()) {
    const watcher = await watch(text, 'http://127.0.0.1:9/')
    await publish({
      title: text,
      slug: `evil-${number}`,
      description: text,
      accent: '#ffee00',
      footer_links: [{ label: text, url: 'https://example.org/?"><script>alert(1)</script>' }],
      sections: [{ name: text, components: [{ watcher_id: watcher.id, name: text, key: 'it' }] }],
    })
    await page.goto(`/status/evil-${number}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(text)
    await expect(page.getByRole('heading', { level: 3 })).toHaveText(text)
    await page.goto(`/status/evil-${number}/embed`)
    await page.goto(`/badge/evil-${number}/it.svg`)
  }
})

test('a page is live, works by keyboard and is accessible in both themes', async ({
  page,
  healther,
  target,
}) => {
  const { call, workspace, watch, publish } = await owner(healther, 'ada@example.org', 'Acme')
  const watcher = await watch('Shop', target.url)
  await publish({
    title: 'Acme status',
    slug: 'acme-status',
    show_latency: true,
    sections: [{ name: 'Storefront', components: [{ watcher_id: watcher.id, name: 'Shop' }] }],
  })
  await page.clock.install()
  await expect(async () => {
    await page.goto('/status/acme-status')
    await expect(page.getByText('All services are up')).toBeVisible({ timeout: 500 })
  }).toPass()
  await expectAccessible(page)
  await expect(page.locator('#as-of')).toContainText('CET')

  await page.getByRole('img', { name: /^Last 90 days/ }).focus()
  await expect(page.locator('#tip')).toContainText(/unknown|no downtime/)
  await page.keyboard.press('Home')
  await expect(page.locator('#tip')).toHaveText(/^\d+ \w+: not watched$/)
  await page.keyboard.press('Escape')
  await expect(page.locator('#tip')).toBeHidden()

  await call('POST', `${workspace}/watchers/${String(watcher.id)}/pause`)
  await expect(async () => {
    await page.clock.runFor(40_000)
    await expect(page.getByText('Watching is paused')).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(page.locator('#news')).toHaveText('Shop: Paused')
  await expect(page).toHaveTitle('Watching is paused · Acme status')
})

test('an open page follows what is taken off it, put on it and moved', async ({ page, healther, target }) => {
  const { call, workspace, watch, publish } = await owner(healther, 'cleo@example.org', 'Cleo')
  const ids: Record<string, unknown> = {}
  for (const name of ['Shop', 'Blog', 'Mail']) ids[name] = (await watch(name, target.url)).id
  const showing = (...names: string[]) => ({
    sections: [{ name: 'Storefront', components: names.map((name) => ({ watcher_id: ids[name], name })) }],
  })
  const made = await publish({ title: 'Moving', slug: 'moving', ...showing('Shop', 'Blog') })
  const show = (...names: string[]) =>
    call('PATCH', `${workspace}/status-pages/${String(made.id)}`, showing(...names))
  await page.clock.install()
  await page.goto('/status/moving')
  const services = page.locator('#services h3')
  await expect(services).toHaveText(['Shop', 'Blog'])
  for (const names of [['Blog', 'Shop'], ['Blog'], ['Mail', 'Blog']]) {
    await show(...names)
    await expect(async () => {
      await page.clock.runFor(40_000)
      await expect(services).toHaveText(names, { timeout: 500 })
    }).toPass()
  }
  await page
    .getByRole('img', { name: /^Last 90 days/ })
    .first()
    .focus()
  await expect(page.locator('#tip')).toBeVisible()
})

test('without JavaScript, and twice as large on a phone, nothing is missing', async ({
  browser,
  healther,
}) => {
  const bob = await makePerson(healther, 'bob@example.org', 'Bob')
  const { id } = await bob.watch('Shop', 'http://127.0.0.1:9/')
  await bob.checked(id)
  const sections = [{ components: [{ watcher_id: id, name: 'Shop' }] }]
  await bob.call('POST', `${bob.path}/status-pages`, { title: 'Plain', slug: 'plain', sections })
  const context = await browser.newContext({
    baseURL: healther.url,
    javaScriptEnabled: false,
    viewport: { width: 320, height: 640 },
  })
  const page = await context.newPage()
  await expect(async () => {
    await page.goto('/status/plain')
    await expect(page.getByText('The service is down')).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(page.locator('.bars .d')).toHaveAttribute('title', /: .*down/)
  await page.getByText('Days with trouble (1)').click()
  await expect(
    page
      .getByRole('listitem')
      .filter({ hasText: /: .*down/ })
      .first(),
  ).toBeVisible()
  await expect(page.getByText('30 days ago')).toBeVisible()
  // From where to when, in one line; the uptime has its own.
  const ago = await page.getByText('30 days ago').boundingBox()
  const today = await page.getByText('Today', { exact: true }).boundingBox()
  expect([ago?.y, ago?.height]).toEqual([today?.y, today?.height])
  await expect(page.locator('#as-of')).toContainText('UTC')
  const box = await page.locator('main').boundingBox()
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(320)
  await context.close()
})

test('on a phone a day that is tapped says what it was', async ({ browser, healther }) => {
  const ada = await makePerson(healther, 'ada@touch.example', 'Touch')
  const { id } = await ada.watch('Shop', 'http://127.0.0.1:9/')
  await ada.checked(id)
  const sections = [{ name: '', components: [{ watcher_id: id, name: 'Shop', key: 'shop' }] }]
  await ada.call('POST', `${ada.path}/status-pages`, { title: 'Touch', slug: 'touch', sections })
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(`${healther.url}/status/touch`)
  const bars = page.getByRole('img', { name: /^Last 90 days/ })
  const tip = page.locator('#tip')
  await bars.locator('i').last().tap()
  await expect(tip).toHaveText(/^\d+ \w+: .* down/)
  await expect(tip).toHaveText((await page.locator('details li').first().textContent()) ?? '')
  await bars.locator('i').nth(65).tap()
  await expect(tip).toHaveText(/^\d+ \w+: not watched$/)
  await context.close()
})

test('in the preview a long name makes room for the word of the state', async ({ page, healther }) => {
  const ada = await makePerson(healther, 'ada@preview.example', 'Preview')
  const name = 'A'.repeat(60)
  const { id } = await ada.watch(name, 'http://127.0.0.1:9/')
  await ada.checked(id)
  const sections = [{ name: 'All', components: [{ watcher_id: id, name, key: 'it' }] }]
  const made = await ada.call('POST', `${ada.path}/status-pages`, { title: 'T', slug: 'long', sections })
  await page.goto(`/w/${ada.slug}/status-pages/${String(made.id)}`)
  await signIn(page, ada.account)
  const row = page.getByRole('region', { name: 'Preview' }).getByRole('listitem')
  const word = row.getByText('Down', { exact: true })
  await expect(word).toBeVisible()
  const [around, inside] = [await row.boundingBox(), await word.boundingBox()]
  if (!around || !inside) throw new Error('the preview is not drawn')
  expect(inside.x + inside.width).toBeLessThan(around.x + around.width)
})
