import { expect, test } from 'vitest'
import { accentOf, contrast } from './accent'
import { moveComponent, moveSection, newSection, placeOf, shownIds, type Section } from './arrange'
import { changesOf, type Draft } from './draft'
import { badgeHtml, badgeMarkdown, badgePath, embedHtml } from './snippets'

const shown = (...ids: string[]) => ids.map((id) => ({ watcher_id: id, name: id }))
const document = (): Section[] => [newSection('One', shown('a', 'b')), newSection('Two', shown('c'))]
const ids = (sections: Section[]) =>
  sections.map(({ components }) => components.map(({ watcher_id }) => watcher_id).join(''))

test('a component moves within its section, over its edge, and nowhere beyond the page', () => {
  const start = document()
  expect(ids(moveComponent(start, 0, 0, 1))).toEqual(['ba', 'c'])
  expect(ids(moveComponent(start, 0, 1, 1))).toEqual(['a', 'bc'])
  expect(ids(moveComponent(start, 1, 0, -1))).toEqual(['abc', ''])
  expect(moveComponent(start, 0, 0, -1)).toBe(start)
  expect(moveComponent(start, 1, 0, 1)).toBe(start)
  expect(ids(start)).toEqual(['ab', 'c'])
})

test('whatever is moved, nothing is lost and nothing is twice', () => {
  let sections = document()
  for (const [what, by] of [
    ['a', 1],
    ['a', 1],
    ['c', 1],
    ['b', -1],
    ['c', -1],
    ['a', -1],
  ] as const) {
    const place = placeOf(sections, what)
    if (place) sections = moveComponent(sections, ...place, by)
    expect([...shownIds(sections)].sort()).toEqual(['a', 'b', 'c'])
    expect(ids(sections).join('')).toHaveLength(3)
  }
  expect(ids(moveSection(document(), 0, 1))).toEqual(['c', 'ab'])
})

const DRAFT: Draft = {
  title: 'Acme',
  slug: 'acme',
  description: '',
  accent: '#0a7d4f',
  custom_domain: '',
  access: 'public',
  password: '',
  noindex: false,
  subscribers: true,
  show_bars: true,
  show_uptime: true,
  show_latency: false,
  footer_links: [],
  time_zone: 'UTC',
  language: 'en',
  sections: document(),
}

test('only what differs is sent, and an empty colour or domain is none', () => {
  expect(changesOf(DRAFT, { ...DRAFT, sections: document() }, true)).toEqual({})
  expect(changesOf(DRAFT, { ...DRAFT, title: 'Acme status', accent: '' }, true)).toEqual({
    title: 'Acme status',
    accent: null,
  })
  expect(
    changesOf(DRAFT, { ...DRAFT, custom_domain: ' status.example.org ', password: 'secret words' }, true),
  ).toEqual({ custom_domain: 'status.example.org', password: 'secret words' })
})

test('until a page is published its badges are called by public names, never by the watchers’ own', () => {
  const components = [
    { watcher_id: 'a', name: 'Über uns!' },
    { watcher_id: 'b', name: 'Über uns' },
    { watcher_id: 'c', name: '店' },
  ]
  const after = { ...DRAFT, sections: [newSection('', components)] }
  const keys = changesOf(DRAFT, after, false).sections?.[0]?.components?.map(({ key }) => key)
  expect(keys).toEqual(['uber-uns', 'uber-uns-2', 'service'])
})

test('an accent is told as the page will show it', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  const { light, dark } = accentOf('#f2c94c')
  expect(contrast(light, '#f4f4f7')).toBeGreaterThanOrEqual(4.5)
  expect(dark).toBe('#f2c94c')
})

test('what a person called a page cannot break out of a snippet', () => {
  const evil = '"><script>alert(1)</script>]('
  for (const html of [
    badgeHtml(evil, 'https://h/badge/a.svg', 'https://h/'),
    embedHtml(evil, 'https://h', 'a'),
  ]) {
    expect(new DOMParser().parseFromString(html, 'text/html').querySelector('script')).toBeNull()
  }
  expect(badgeMarkdown(evil, 'i', 'l')).toBe('[!["><script>alert(1)</script>\\](](i)](l)')
  expect(badgePath('acme')).toBe('/badge/acme.svg')
  expect(badgePath('acme', 'shop', 'uptime-30d')).toBe('/badge/acme/shop/uptime-30d.svg')
})
