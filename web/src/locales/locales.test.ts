import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import de from './de'
import deFirst from './de/first'
import en from './en'
import enFirst from './en/first'

interface Texts {
  [key: string]: string | Texts
}

function keys(texts: Texts, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : keys(value, `${prefix}${key}.`),
  )
}

const placeholders = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort()

function text(texts: Texts, key: string): string {
  const found = key.split('.').reduce<string | Texts | undefined>((at, part) => (at as Texts)[part], texts)
  return found as string
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|^client|^locales/.test(name))
  .map((name) => readFileSync(`src/${name}`, 'utf8'))

test('every language has every text', () => {
  expect(keys(de).sort()).toEqual(keys(en).sort())
})

test('a translation names the same values as its original', () => {
  const parted = keys(en).filter((key) => {
    const [ours, theirs] = [placeholders(text(en, key)), placeholders(text(de, key))]
    return ours.join() !== theirs.join()
  })
  expect(parted).toEqual([])
})

// "Sie" in the middle of a sentence is never a "they" at the beginning of one.
test('readers are addressed in German in one way', () => {
  const formal = keys(de).filter((key) => /[\p{L},] Sie\b|\bIhnen\b/u.test(text(de, key)))
  expect(formal).toEqual([])
})

const inQuotes = new Set(
  sources.flatMap((source) => [...source.matchAll(/['"`]([\w.]+)['"`]/g)].map(([, key]) => key)),
)

// Missing keys do not pass the type checker; these are the ones nobody shows any more.
test.each(Object.keys(en))('every text of %s is used', (namespace) => {
  const hook = namespace === 'common' ? 'useTranslation()' : `useTranslation('${namespace}')`
  const prefixes = sources
    .filter((source) => source.includes(hook))
    .flatMap((source) => [...source.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix]) => prefix ?? ''))
  const unused = keys(en[namespace as keyof typeof en])
    .map((key) => key.replace(/_(zero|one|two|few|many|other)$/, ''))
    .filter((key) => !inQuotes.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)))
  expect(unused).toEqual([])
})

/** The files that a file is drawn with: what it imports, and what they import. */
function drawnWith(file: string, seen = new Set<string>()): Set<string> {
  seen.add(file)
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)[ (]'([@.][^']*)'/g)) {
    const base = path.startsWith('@/') ? join('src', path.slice(2)) : join(dirname(file), path)
    const found = [`${base}.tsx`, `${base}.ts`].find((each) => existsSync(each))
    if (found !== undefined && !seen.has(found)) drawnWith(found, seen)
  }
  return seen
}

const LIGHT = [
  '__root',
  'index',
  'sign-in',
  'set-up',
  '_app',
  '_app/w/$workspace/route',
  '_app/w/$workspace/index',
]

// They are drawn before the other texts are there: a reader would see keys.
test('the first pages say nothing but what is loaded first, in every language', () => {
  const files = LIGHT.flatMap((route) => [...drawnWith(`src/routes/${route}.tsx`)])
  const said = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/useTranslation\('(\w+)'\)/g)].map(([, namespace]) => namespace),
  )
  const first = Object.keys(enFirst)
  expect([...new Set([...said, 'common'])].sort()).toEqual(first)
  expect(Object.keys(deFirst)).toEqual(first)
})
