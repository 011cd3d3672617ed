// How long a person waits for the overview, and how evenly it scrolls: node scripts/overview-speed.mjs <url> <email> <password> <slug> <rounds>
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

// A quick hand: three rows a frame, from one frame to the next. A frame that lasts longer than the screen's has dropped some.
async function scroll() {
  const [frames, px, frameMs] = [240, 150, 1000 / 60]
  const frame = () => new Promise(requestAnimationFrame)
  const found = { frames, frames_dropped: 0, frames_without_rows: 0, longest_frame_ms: 0 }
  let last = await frame()
  for (let number = 0; number < frames; number += 1) {
    scrollBy(0, px)
    const now = await frame()
    found.frames_dropped += Math.max(0, Math.round((now - last) / frameMs) - 1)
    found.longest_frame_ms = Math.max(found.longest_frame_ms, now - last)
    const inSight = document.elementFromPoint(innerWidth / 2, innerHeight / 2)
    if (!inSight?.closest('li[aria-posinset]')) found.frames_without_rows += 1
    last = now
  }
  return { ...found, scrolled_px: scrollY }
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
  const scrolling = await page.evaluate(scroll)
  await page.evaluate(() => scrollTo(0, 0))
  const search = page.getByRole('searchbox')
  const began = performance.now()
  await search.fill('service-1999')
  await page.waitForFunction(() => document.querySelectorAll('main li[aria-posinset]').length === 1)
  found.push({ opening: { ...speed, search_ms: performance.now() - began }, scrolling })
}
await browser.close()
console.log(JSON.stringify(found))
