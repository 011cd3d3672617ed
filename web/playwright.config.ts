import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

// Browsers downloaded by tools do not run everywhere: the machine's own Chromium is used.
const CHROMIUM = [
  process.env.HEALTHER_TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path))
if (executablePath === undefined) {
  throw new Error(
    'There is no Chromium: install it (Debian: apt-get install chromium) or set HEALTHER_TEST_CHROMIUM.',
  )
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Each spec has a healther of its own. One story at a time leaves more than one of two cores idle.
  workers: 2,
  forbidOnly: true,
  // On a machine shared with others a story may miss a deadline once; it is then listed as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath, args: ['--no-sandbox'] },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    // A trace of every story costs a sixth of the time; `--trace retain-on-failure` makes one where it is wanted.
    trace: 'on-first-retry',
  },
})
