import { expect, test } from 'vitest'
import { faviconOf } from './favicon'

const colour = (token: string) => `of ${token}`

test('what needs a look has a shape, a sign and a colour of its own', () => {
  const drawn = (['down', 'degraded', 'unknown', 'maintenance'] as const).map((state) =>
    decodeURIComponent(faviconOf(state, colour)),
  )
  expect(drawn[0]).toContain('fill="of --down-solid"')
  const paths = drawn.map((svg) => [...svg.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path))
  expect(new Set(paths.map(([ground]) => ground)).size).toBe(4)
  expect(new Set(paths.map(([, sign]) => sign)).size).toBe(4)
})

test('where all is well it is healther’s own', () => {
  for (const state of ['healthy', 'paused', 'pending'] as const) {
    expect(faviconOf(state, colour)).toBe('/favicon.svg')
  }
})
