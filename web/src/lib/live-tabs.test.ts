import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { server } from '@/test/server'
import { followLive } from './live'
import { SILENCE_MS } from './live-stream'

/** Locks as a browser has them, which jsdom has not: one holder, the others wait in turn, or take it. */
function lockManager() {
  let holder: { fail: (why: DOMException) => void } | null = null
  const waiting: (() => void)[] = []
  const lost = () => new DOMException('the lock is gone', 'AbortError')
  const next = () => {
    holder = null
    waiting.shift()?.()
  }
  const request = (_name: string, options: LockOptions, work: () => Promise<void>) =>
    new Promise<void>((done, fail) => {
      const mine = { fail }
      const take = () => {
        holder = mine
        void work().then(() => {
          if (holder === mine) next()
          done()
        })
      }
      options.signal?.addEventListener('abort', () => {
        const at = waiting.indexOf(take)
        if (at === -1) return
        waiting.splice(at, 1)
        fail(lost())
      })
      if (options.steal) {
        holder?.fail(lost())
        take()
      } else if (holder) waiting.push(take)
      else take()
    })
  return { request }
}

/** Tabs of one browser: what each heard, and how to close it. */
function tabs(count: number) {
  return Array.from({ length: count }, () => {
    const heard: unknown[] = []
    const stop = followLive('w', {
      onEvent: (event, data) => heard.push([event, data]),
      onStatus: (status) => heard.push(status),
    })
    return { heard, stop }
  })
}

const asked: (string | null)[] = []
let push: (text: string) => void
let hangUp: () => void

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { locks: lockManager() }))
  server.use(
    http.get('*/api/v1/workspaces/w/live', ({ request }) => {
      asked.push(request.headers.get('Last-Event-ID'))
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          push = (text) => {
            controller.enqueue(new TextEncoder().encode(text))
          }
          hangUp = () => {
            controller.close()
          }
        },
      })
      return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
    }),
  )
})
afterEach(() => vi.unstubAllGlobals())

test('tabs share one stream, which goes on from where it was when the tab that reads it is closed', async () => {
  const [first, second, third] = tabs(3) as [Tab, Tab, Tab]
  await vi.waitFor(() => {
    expect(first.heard).toEqual(['connecting', 'live'])
  })
  push('id: a-1\nevent: result\ndata: {"id":"1"}\n\n')
  for (const { heard } of [first, second, third]) {
    await vi.waitFor(() => {
      expect(heard.at(-1)).toEqual(['result', { id: '1' }])
    })
    expect(heard).toContain('live')
  }
  expect(second.heard).toContainEqual(['ready', {}])
  expect(asked).toEqual([null])

  first.stop()
  await vi.waitFor(() => {
    expect(asked).toEqual([null, 'a-1'])
  })
  await vi.waitFor(() => {
    expect(third.heard.at(-1)).toBe('live')
  })
  push('id: a-2\nevent: result\ndata: {"id":"2"}\n\n')
  await vi.waitFor(() => {
    expect(third.heard.at(-1)).toEqual(['result', { id: '2' }])
  })
  expect(first.heard).not.toContainEqual(['result', { id: '2' }])
  second.stop()
  third.stop()
})

test('a tab that is opened later begins at once, and asks anew for what it may have missed', async () => {
  const [first] = tabs(1) as [Tab]
  await vi.waitFor(() => {
    expect(first.heard.at(-1)).toBe('live')
  })
  const [later] = tabs(1) as [Tab]
  await vi.waitFor(() => {
    expect(later.heard).toEqual(['connecting', 'live', ['ready', {}]])
  })
  expect(asked).toHaveLength(1)
  later.stop()
  first.stop()
})

test('a tab that is frozen with the stream is relieved by one that is looked at', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  void navigator.locks
    .request('healther-live-w', {}, () => new Promise(() => undefined))
    .catch(() => undefined)
  const [looked] = tabs(1) as [Tab]
  vi.advanceTimersByTime(SILENCE_MS - 1000)
  expect(looked.heard).toEqual(['connecting'])
  vi.advanceTimersByTime(1000)
  vi.useRealTimers()
  await vi.waitFor(() => {
    expect(looked.heard).toEqual(['connecting', 'live'])
  })
  looked.stop()
})

test('a tab that was relieved follows, and asks anew for what it may have missed', async () => {
  const [relieved] = tabs(1) as [Tab]
  await vi.waitFor(() => {
    expect(relieved.heard.at(-1)).toBe('live')
  })
  const other = new BroadcastChannel('healther-live-w')
  void navigator.locks
    .request('healther-live-w', { steal: true }, () => new Promise(() => undefined))
    .catch(() => undefined)
  await vi.waitFor(() => {
    other.postMessage({ kind: 'welcome', status: 'live', id: 'a-7' })
    expect(relieved.heard.at(-1)).toEqual(['reset', {}])
  })
  relieved.stop()
  other.close()
})

test('all of them end when the right to see has ended', async () => {
  const all = tabs(2)
  await vi.waitFor(() => {
    expect(all[1]?.heard.at(-1)).toEqual(['ready', {}])
  })
  push('event: bye\ndata: {"reason":"no_access"}\n\n')
  hangUp()
  for (const { heard } of all) {
    await vi.waitFor(() => {
      expect(heard.at(-1)).toBe('ended')
    })
  }
})

type Tab = ReturnType<typeof tabs>[number]
