import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { server } from '@/test/server'
import { followLive } from './live'
import { withResults } from './use-live'

const URL = '*/api/v1/workspaces/w/live'
const stream = (text: string, end = true) =>
  new HttpResponse(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text))
        if (end) controller.close()
      },
    }),
    { headers: { 'Content-Type': 'text/event-stream' } },
  )

test('what happens is told in order, and a broken line is resumed from the last id', async () => {
  const asked: (string | null)[] = []
  server.use(
    http.get(URL, ({ request }) => {
      asked.push(request.headers.get('Last-Event-ID'))
      return asked.length === 1
        ? stream('id: a-1\nevent: result\ndata: {"id":"1"}\n\nid: a-2\nevent: state\ndata: {"id":"2"}\n\n')
        : stream('id: a-3\nevent: result\ndata: {"id":"3"}\n\n', false)
    }),
  )
  const events: unknown[] = []
  const stop = followLive('w', {
    onEvent: (event, data) => events.push([event, data]),
    onStatus: () => undefined,
  })
  await vi.waitFor(() => {
    expect(events).toEqual([
      ['result', { id: '1' }],
      ['state', { id: '2' }],
      ['result', { id: '3' }],
    ])
  }, 5000)
  expect(asked).toEqual([null, 'a-2'])
  stop()
})

test('it says when checks are overdue and when they no longer are', async () => {
  server.use(
    http.get(URL, () =>
      stream('event: stale\ndata: {"stale":true}\n\nevent: stale\ndata: {"stale":false}\n\n', false),
    ),
  )
  const said: string[] = []
  const stop = followLive('w', { onEvent: () => undefined, onStatus: (status) => said.push(status) })
  await vi.waitFor(() => {
    expect(said).toEqual(['connecting', 'live', 'stale', 'live'])
  })
  stop()
})

test('it does not come back when the right to see has ended', async () => {
  let asked = 0
  server.use(
    http.get(URL, () => {
      asked += 1
      return stream('event: bye\ndata: {"reason":"no_access"}\n\n')
    }),
  )
  const said: string[] = []
  followLive('w', { onEvent: () => undefined, onStatus: (status) => said.push(status) })
  await vi.waitFor(() => {
    expect(said.at(-1)).toBe('ended')
  })
  document.dispatchEvent(new Event('visibilitychange'))
  expect(asked).toBe(1)
})

test('a result changes its own row and the counts, and leaves the other rows the same objects', () => {
  const row = (id: string, state: string) => ({ id, state })
  const before = { as_of: '', counts: { healthy: 2 }, watchers: [row('1', 'healthy'), row('2', 'healthy')] }
  const after = withResults(
    before as unknown as Parameters<typeof withResults>[0],
    new Map([['2', row('2', 'down')]]) as unknown as Parameters<typeof withResults>[1],
  )
  expect(after.counts).toEqual({ healthy: 1, down: 1 })
  expect(after.watchers[0]).toBe(before.watchers[0])
  expect(after.watchers[1]?.state).toBe('down')
})

test('where browsers offer no locks, a hidden page lets its connection go, and goes on when it is looked at', async () => {
  const asked: (string | null)[] = []
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(false)
  server.use(
    http.get(URL, ({ request }) => {
      asked.push(request.headers.get('Last-Event-ID'))
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('id: a-1\nevent: result\ndata: {"id":"1"}\n\n'))
          request.signal.addEventListener('abort', () => {
            controller.error(request.signal.reason)
          })
        },
      })
      return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
    }),
  )
  const said: string[] = []
  const stop = followLive('w', { onEvent: () => said.push('event'), onStatus: (status) => said.push(status) })
  await vi.waitFor(() => {
    expect(said).toEqual(['connecting', 'live', 'event'])
  })
  hidden.mockReturnValue(true)
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.waitFor(() => {
    expect(said.at(-1)).toBe('reconnecting')
  })
  hidden.mockReturnValue(false)
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.waitFor(() => {
    expect(asked).toEqual([null, 'a-1'])
  })
  stop()
})
