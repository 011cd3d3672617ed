import type { Page } from '@playwright/test'
import { THEMES, violations } from './fixtures'

/** A page twice as large as usual, and one on a phone. */
const NARROW = [
  { width: 640, height: 450 },
  { width: 390, height: 844 },
]

/** What the narrowest page alone may do wrong, besides not fitting. */
const OF_NARROW = ['landmark-unique', 'scrollable-region-focusable', 'target-size']

/** What is wrong with the page as it stands: everything that axe finds in both themes, and what lies beside it. */
export async function wrongs(page: Page, where: string, change?: Parameters<typeof violations>[2]) {
  const found: string[] = []
  for (const theme of THEMES) found.push(...(await violations(page, theme, change)))
  const before = page.viewportSize()
  for (const size of NARROW) {
    await page.setViewportSize(size)
    // Charts follow a moment after the page.
    await page
      .waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, null, { timeout: 3_000 })
      .catch(() => found.push(`${size.width} px wide: something lies beside the page`))
  }
  const narrow = await violations(page, 'light', (axe) => axe.withRules(OF_NARROW))
  found.push(...narrow.map((each) => `on a phone: ${each}`))
  if (before) await page.setViewportSize(before)
  return found.map((each) => `${where}: ${each}`)
}
