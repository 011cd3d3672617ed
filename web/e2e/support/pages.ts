import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import type { Furnished } from './furnished'

/** Every address of the app, as the router has it. */
export const ROUTES = [
  ...new Set(
    [...readFileSync('src/routeTree.gen.ts', 'utf8').matchAll(/^ {6}fullPath: '(.+)'$/gm)].map(
      ([, path]) => path?.replace(/(?<=.)\/$/, '') ?? '',
    ),
  ),
]

/** Where one is before signing in. */
export const OUTSIDE = ['/', '/email', '/forgotten', '/invitation', '/reset', '/set-up', '/sign-in']

/** The app's pages of a furnished workspace, each by its route. A parameter nobody has furnished is an error. */
export function pagesOf({ ids }: Furnished) {
  return ROUTES.filter((route) => !OUTSIDE.includes(route)).map((route) =>
    route.replace(/\$(\w+)/g, (_, name: string) => {
      const id = (ids as Record<string, unknown>)[name]
      if (typeof id !== 'string') throw new Error(`${route}: furnish() makes nothing for ${name}`)
      return id
    }),
  )
}

/** Opens a page, and waits until everything on it is there. */
export async function open(page: Page, address: string) {
  await page.goto(address)
  await expect(page.locator('h1').first()).toBeVisible()
  await expect(page.locator('.animate-pulse')).toHaveCount(0)
}
