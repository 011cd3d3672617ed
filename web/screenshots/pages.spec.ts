import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, signIn, test as base } from '../e2e/support/fixtures'
import { open } from '../e2e/support/pages'
import { PYTHON, startHealther } from '../e2e/support/processes'
import { startNeighbour } from '../e2e/support/neighbour'
import { settle } from './acme'

const IMAGES = resolve('../docs/images')
const SIZES = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

const test = base.extend<object>({})
test.use({ file: 'screenshots', trace: 'off', deviceScaleFactor: 1 })

interface Look {
  theme?: 'light' | 'dark'
  size?: keyof typeof SIZES
}

async function shoot(page: Page, name: string, { theme = 'light', size = 'wide' }: Look = {}) {
  await page.setViewportSize(SIZES[size])
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' })
}

const python = (...args: string[]) => {
  const done = spawnSync(PYTHON, args, { cwd: resolve('..'), encoding: 'utf8' })
  expect(done.status, done.stderr).toBe(0)
}

test('every page', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'healther-screenshots-'))
  const DATABASE_URL = `sqlite+aiosqlite:///${folder}/healther.db`
  const settings = {
    DATABASE_URL,
    SECRET_KEY: 'pictures-need-no-secrets-but-a-key',
    REGISTRATION: 'open',
    SMTP_URL: 'smtp://127.0.0.1:1025',
    MAIL_FROM: 'status@acme.example',
  }
  const broken = await startNeighbour('Service Unavailable')
  const neighbour = { ...(await startNeighbour('OK')), failing: broken.failing }
  const first = await startHealther(settings)
  await page.goto(first.url)
  await expect(page.getByLabel('Your name')).toBeVisible()
  await shoot(page, 'app-set-up')
  const acme = await settle(first, neighbour)
  await page.goto(`${first.url}/sign-in`)
  await expect(page.getByLabel('Email')).toBeVisible()
  await shoot(page, 'app-sign-in')
  await first.stop()
  python('-m', 'tests.support.showcase', DATABASE_URL)

  // Where nobody signs up by themselves no address is asked first, and the overview has nothing to say of it.
  const closed = { ...settings, REGISTRATION: 'closed', ALLOW_NETWORKS: '127.0.0.0/8' }
  const { url, stop } = await startHealther(closed, 'api')
  const to = (address: string) => open(page, `${url}${address}`)
  await to(acme.invitation)
  await shoot(page, 'app-invitation-light')
  await page.goto(`${url}/sign-in`)
  await signIn(page, acme.account)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  const at = '/w/acme'
  const pages: Record<string, string> = {
    overview: at,
    watcher: `${at}/watchers/${acme.ids.watcher}`,
    incidents: `${at}/incidents`,
    incident: `${at}/incidents/${acme.ids.incident}`,
    'incident-form': `${at}/incidents/new`,
    maintenance: `${at}/maintenance`,
    'maintenance-form': `${at}/maintenance/${acme.ids.window}`,
    channels: `${at}/alerts`,
    'channel-gallery': `${at}/alerts/channels/new`,
    'channel-form': `${at}/alerts/channels/${acme.ids.channel}`,
    policies: `${at}/alerts/policies`,
    policy: `${at}/alerts/policies/${acme.ids.policy}`,
    deliveries: `${at}/alerts/deliveries`,
    'on-call': `${at}/alerts/on-call/${acme.ids.rotation}`,
    backtest: `${at}/alerts/backtest?watcher=${acme.ids.watcher}`,
    reports: `${at}/reports`,
    audit: `${at}/settings/audit`,
    workspace: `${at}/settings`,
    profile: '/profile',
    'status-pages': `${at}/status-pages`,
    'status-page-editor': `${at}/status-pages/${acme.ids.page}`,
    'new-workspace': '/workspaces/new',
  }
  for (const [name, address] of Object.entries(pages)) {
    await to(address)
    await shoot(page, `app-${name}-light`)
    if (name !== 'overview' && name !== 'watcher') continue
    await shoot(page, `app-${name}-dark`, { theme: 'dark' })
    await shoot(page, `app-${name}-phone`, { size: 'phone' })
    await shoot(page, `app-${name}-light`)
  }
  await to(`${at}/settings`)
  for (const [name, title] of [
    ['invitations', 'Members'],
    ['api-keys', 'API keys'],
    ['retention', 'How long things are kept'],
  ] as const) {
    await page.getByRole('heading', { name: title }).evaluate((heading) => {
      heading.scrollIntoView({ block: 'center' })
    })
    await shoot(page, `app-${name}-light`)
  }
  await to(at)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command menu' }).fill('shop')
  await shoot(page, 'app-command-menu-light')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await shoot(page, 'app-shortcuts-light')

  for (const [theme, answer, verdict] of [
    ['light', neighbour.healthy, /Everything is as expected/],
    ['dark', neighbour.failing, /This check would fail/],
  ] as const) {
    // A page of its own: leaving what is unsaved would be asked about.
    const editor = await page.context().newPage()
    await open(editor, `${url}${at}/watchers/new`)
    await editor.getByLabel('Address').fill(answer)
    await editor.getByRole('button', { name: 'Test', exact: true }).click()
    await expect(editor.getByRole('heading', { name: verdict })).toBeVisible()
    await shoot(editor, `app-editor-${theme}`, { theme })
    await editor.close()
  }

  await page.goto(`${url}/status/acme`)
  await shoot(page, 'status-page-dark', { theme: 'dark' })
  await shoot(page, 'status-page-light')
  await shoot(page, 'status-page-phone', { size: 'phone' })
  await page.goto(`${url}/status/acme/subscribe`)
  await shoot(page, 'status-page-subscribe')
  await page.goto(`${url}/status/customers`)
  await shoot(page, 'status-page-password')
  await stop()
  await neighbour.stop()
  await broken.stop()
  rmSync(folder, { recursive: true })
})
