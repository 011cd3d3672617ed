import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { STATES } from '@/components/state-mark'

const css = readFileSync('../src/healther/status_pages/assets/tokens.css', 'utf8')
const THEMES = ['light', 'dark'] as const
const GROUNDS = ['sunken', 'bg', 'surface', 'hover']
const TEXT = 4.5
const SHAPE = 3

/** The colour of a token in a theme, as #rrggbb. */
function colour(token: string, theme: (typeof THEMES)[number]): string {
  const value = new RegExp(`--${token}: (?:light-dark\\((#\\w{6}), (#\\w{6})\\)|(#\\w{6}));`).exec(css)
  const found = value?.[3] ?? value?.[theme === 'light' ? 1 : 2]
  if (found === undefined) throw new Error(`tokens.css has no colour --${token}`)
  return found
}

/** Relative luminance and contrast of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const onGrounds = (token: string, least: number) => GROUNDS.map((ground) => [token, ground, least] as const)
const PHASES = ['dns', 'connect', 'tls', 'first-byte', 'transfer']
const PAIRS = [
  ...['fg', 'muted', 'subtle', 'accent-text'].flatMap((token) => onGrounds(token, TEXT)),
  ...['accent', 'accent-hover', 'danger', 'danger-hover'].map(
    (ground) => ['on-accent', ground, TEXT] as const,
  ),
  ['accent-text', 'accent-bg', TEXT] as const,
  ...['control', 'focus-ring'].flatMap((token) => onGrounds(token, SHAPE)),
  ...PHASES.map((phase) => [`phase-${phase}`, 'surface', SHAPE] as const),
  ...STATES.flatMap((state) => [
    [`${state}-fg`, `${state}-bg`, TEXT] as const,
    ...onGrounds(`${state}-fg`, TEXT),
    [`${state}-solid`, `${state}-bg`, SHAPE] as const,
    ...onGrounds(`${state}-solid`, SHAPE),
  ]),
]

test.each(THEMES)('every text and mark stands out from its ground (WCAG 2.2 AA), %s', (theme) => {
  const weak = PAIRS.map(([token, ground, least]) => ({
    pair: `${token} on ${ground}`,
    ratio: contrast(colour(token, theme), colour(ground, theme)),
    least,
  })).filter(({ ratio, least }) => ratio < least)
  expect(weak).toEqual([])
})
