import { STATES, type State } from '@/components/state-mark'

export const SORTS = ['worst', 'name', 'latency', 'uptime'] as const
export type Sort = (typeof SORTS)[number]

/** What the address of the overview says: which watchers, in which order, under which headings. */
export interface OverviewSearch {
  q?: string
  state?: State[]
  tag?: string
  sort?: Sort
  grouped?: true
}

/** Takes what makes sense of an address, and leaves the rest out. */
export function parseOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const asked: unknown[] = Array.isArray(search.state) ? search.state : [search.state]
  const state = STATES.filter((each) => asked.includes(each))
  const sort = SORTS.find((each) => each === search.sort)
  return {
    ...(typeof search.q === 'string' && search.q !== '' ? { q: search.q } : {}),
    ...(state.length > 0 ? { state } : {}),
    ...(typeof search.tag === 'string' && search.tag !== '' ? { tag: search.tag } : {}),
    ...(sort && sort !== 'worst' ? { sort } : {}),
    ...(search.grouped === true ? { grouped: true } : {}),
  }
}

/** Whether anything is left out of the list. */
export function isFiltered({ q, state, tag }: OverviewSearch): boolean {
  return q !== undefined || state !== undefined || tag !== undefined
}
