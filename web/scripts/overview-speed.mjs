// How long a person waits for the overview: node scripts/overview-speed.mjs <url> <email> <password> <slug> <rounds>
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const [url, email, password, slug, rounds] = process.argv.slice(2)
const executablePath = [
  process.env.HEALTHER_TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))

// From the page's navigation on, in ms: the first row there, and the first moment after it with nothing to do.
function watch() {
  globalThis.overviewSpeed = {}
  const look = () => {
    const speed = globalThis.overviewSpeed
    if (document.querySelector('main li[aria-posinset]')) {
      speed.first_row_ms = performance.now()
      requestIdleCallback(() => (speed.interactive_ms = performance.now()))
    } else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const found = []
const context = await browser.newContext({ baseURL: url, locale: 'en-GB' })
const page = await context.newPage()
await page.goto('/sign-in')
await page.getByLabel('Email').fill(email)
await page.getByLabel('Password').fill(password)
await page.getByRole('button', { name: 'Sign in' }).click()
await page.getByRole('heading', { name: 'Overview' }).waitFor()
await context.addInitScript(watch)
for (let round = 0; round < Number(rounds); round += 1) {
  await page.goto(`/w/${slug}`)
  const speed = await (
    await page.waitForFunction(() => globalThis.overviewSpeed.interactive_ms && globalThis.overviewSpeed)
  ).jsonValue()
  const search = page.getByRole('searchbox')
  const began = performance.now()
  await search.fill('service-1999')
  await page.waitForFunction(() => document.querySelectorAll('main li[aria-posinset]').length === 1)
  found.push({ ...speed, search_ms: performance.now() - began })
}
await browser.close()
console.log(JSON.stringify(found))
