import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import de from './de'
import en from './en'

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
