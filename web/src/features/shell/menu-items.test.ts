import { expect, test } from 'vitest'
import type { OverviewWatcher } from '@/client/types.gen'
import { spokenFor, toOpen, toPick } from './menu-items'

const watcher = (name: string, state: OverviewWatcher['state'], url = `https://${name}.example/`) =>
  ({ id: name, name, url, tags: [], state }) as unknown as OverviewWatcher
const ALL = [
  watcher('Webshop', 'down'),
  watcher('Shop', 'healthy'),
  watcher('Old shop', 'paused'),
  watcher('Mail', 'degraded', 'https://mail.example/shop'),
]
const names = (found: { name: string }[]) => found.map(({ name }) => name)

test('a name that begins like the query stands first, then what is worst', () => {
  expect(names(toOpen(ALL, 'shop'))).toEqual(['Shop', 'Webshop', 'Mail', 'Old shop'])
  expect(names(toOpen(ALL, ' '))).toEqual(['Webshop', 'Mail'])
})

test('a verb is offered for watchers it makes sense for', () => {
  expect(names(toPick(ALL, '', 'resume'))).toEqual(['Old shop'])
  expect(names(toPick(ALL, 'shop', 'pause'))).toEqual(['Shop', 'Webshop', 'Mail'])
  expect(toPick(ALL, '', 'edit')).toHaveLength(4)
})

test('a verb and a name in one go', () => {
  const wordOf = (verb: string) => verb
  const found = (query: string) =>
    spokenFor(ALL, query, wordOf).map(({ verb, watcher: { name } }) => `${verb} ${name}`)
  expect(found('res old')).toEqual(['resume Old shop'])
  expect(found('pause webs')).toEqual(['pause Webshop'])
  expect(found('pause')).toEqual([])
  expect(found('shop pause')).toEqual([])
})
