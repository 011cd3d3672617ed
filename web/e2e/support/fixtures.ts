import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { startHealther, startTarget, type Healther, type Target } from './processes'

export { expect }

interface Fixtures {
  /** Something on loopback to watch. */
  target: Target
  /** Every page is watched by it: fails for a dialog, an uncaught error, a broken CSP, and what is fetched elsewhere. */
  calm: undefined
}

interface WorkerFixtures {
  /** A name of the file's own (`test.use({ file: ... })`): with it, the file has a healther of its own. */
  file: string
  /** One healther for all tests of a file; nobody has an account in it yet. */
  healther: Healther
}

/** This machine, or the page itself. */
const HOME = /^(https?:\/\/(127\.0\.0\.1|localhost):|data:|blob:|about:)/

export const test = base.extend<Fixtures, WorkerFixtures>({
  file: ['', { scope: 'worker', option: true }],
  healther: [
    async ({ file }, use) => {
      expect(file, "say test.use({ file: '...' }) at the top of the spec").not.toBe('')
      const healther = await startHealther({ REGISTRATION: 'open' })
      await use(healther)
      await healther.stop()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ healther }, use) => use(healther.url),
  // eslint-disable-next-line no-empty-pattern
  target: async ({}, use) => {
    const target = await startTarget()
    await use(target)
    await target.stop()
  },
  calm: [
    async ({ context }, use) => {
      const troubles: string[] = []
      context.on('weberror', (error) => troubles.push(String(error.error())))
      context.on('dialog', (dialog) => {
        troubles.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      context.on('console', (message) => {
        if (/content security policy/i.test(message.text())) troubles.push(message.text())
      })
      context.on('request', (request) => {
        if (!HOME.test(request.url())) troubles.push(`fetched ${request.url()}`)
      })
      await use(undefined)
      expect(troubles).toEqual([])
    },
    { auto: true },
  ],
})

export const THEMES = ['light', 'dark'] as const

/** What axe finds on the page as it stands. */
export async function violations(
  page: Page,
  theme: (typeof THEMES)[number],
  change?: (axe: AxeBuilder) => void,
) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  const rules = { 'target-size': { enabled: true } }
  // Without the legacy mode it opens a window for each answer.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], rules })
  change?.(axe)
  const { violations: found } = await axe.analyze()
  return found.map(
    ({ id, nodes }) =>
      `${theme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join(' | ')}`,
  )
}

/** Fails for anything axe finds on the page as it stands, in both themes. An open menu lies outside every landmark. */
export async function expectAccessible(page: Page, { menuIsOpen = false } = {}) {
  // The address changes a moment before what it names is drawn.
  await page.locator('h1').first().waitFor({ state: 'attached' })
  const found: string[] = []
  for (const theme of THEMES) {
    found.push(
      ...(await violations(page, theme, (axe) => {
        if (menuIsOpen) axe.disableRules(['region'])
        // What differs between the themes; every page is asked for everything in every-page.spec.ts.
        if (theme === 'dark') axe.withRules(['color-contrast'])
      })),
    )
  }
  expect(found).toEqual([])
}

/** A person's account with a workspace of their own, made through the API. */
export async function makeAccount(
  healther: Healther,
  email: string,
  workspace: string,
  full_name = 'Ada Lovelace',
) {
  const account = {
    email,
    full_name,
    password: 'correct horse battery',
    workspace_name: workspace,
  }
  const answer = await fetch(`${healther.url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(account),
  })
  expect(answer.status).toBe(201)
  return account
}

/** Signs in by the form. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
