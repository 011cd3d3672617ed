import { beforeEach, expect, test, vi } from 'vitest'
import { api, http, HttpResponse, problem, server, TOKEN } from '@/test/server'

type Session = typeof import('./session')
let session: Session
const MARK = 'healther.signed-in'

beforeEach(async () => {
  // The token is module state: each test is a newly loaded page.
  vi.resetModules()
  localStorage.setItem(MARK, 'yes')
  session = await import('./session')
})

/** Answers refreshes with token-1, token-2, ... and counts them. */
function countRefreshes() {
  let count = 0
  server.use(
    http.post(api('/auth/refresh'), () => HttpResponse.json({ ...TOKEN, access_token: `token-${++count}` })),
  )
  return () => count
}

/** An API that takes this token and no other. */
function acceptOnly(token: string) {
  server.use(
    http.all(api('/things'), async ({ request }) =>
      request.headers.get('Authorization') === `Bearer ${token}`
        ? HttpResponse.json({ said: await request.text() })
        : problem(401, 'Sign in.'),
    ),
  )
}

test('a page that was just loaded gets its token by the cookie, once for all who ask', async () => {
  const refreshes = countRefreshes()
  expect(await Promise.all([session.restore(), session.restore(), session.restore()])).toEqual([
    true,
    true,
    true,
  ])
  expect(refreshes()).toBe(1)
})

test('without a sign-in there is none, and nobody is told that it ended', async () => {
  server.use(http.post(api('/auth/refresh'), () => problem(401, 'There is no sign-in.')))
  const told = vi.fn()
  session.onSession(told)
  expect(await session.restore()).toBe(false)
  expect(told).not.toHaveBeenCalled()
})

test.each([
  ['a first visit', () => localStorage.clear(), 0],
  ['after signing out', () => session.signedOut(), 0],
  ['after signing in', () => session.signedIn({ ...TOKEN, access_token: 'other' }), 1],
  ['somebody who signed in before there was a mark', () => localStorage.removeItem(MARK), 1],
])('the server is asked for a sign-in where there may be one: %s', async (_, happened, times) => {
  localStorage.setItem('healther.theme', 'system')
  happened()
  vi.resetModules()
  session = await import('./session')
  const refreshes = countRefreshes()
  expect(await session.restore()).toBe(times === 1)
  expect(refreshes()).toBe(times)
})

test('a sign-in that the server does not know is asked for once', async () => {
  server.use(http.post(api('/auth/refresh'), () => problem(401, 'There is no sign-in.'), { once: true }))
  expect(await session.restore()).toBe(false)
  const refreshes = countRefreshes()
  expect(await session.restore()).toBe(false)
  expect(refreshes()).toBe(0)
})

test('a server that cannot be asked ends no sign-in', async () => {
  server.use(http.post(api('/auth/refresh'), () => problem(503, 'The database does not answer.')))
  await expect(session.restore()).rejects.toMatchObject({ status: 503 })
  server.use(http.post(api('/auth/refresh'), () => HttpResponse.error()))
  await expect(session.restore()).rejects.toMatchObject({ unreachable: true })
})

test('an expired token is refreshed once for many requests, which are then sent again whole', async () => {
  const refreshes = countRefreshes()
  session.signedIn({ ...TOKEN, access_token: 'expired' })
  acceptOnly('token-1')
  const answers = await Promise.all(
    ['a', 'b', 'c'].map((body) => session.authorizedFetch(api('/things'), { method: 'POST', body })),
  )
  expect(await Promise.all(answers.map((each) => each.json() as Promise<unknown>))).toEqual([
    { said: 'a' },
    { said: 'b' },
    { said: 'c' },
  ])
  expect(refreshes()).toBe(1)
})

test('a request that was refused with an older token uses the newer one without a refresh', async () => {
  const refreshes = countRefreshes()
  session.signedIn({ ...TOKEN, access_token: 'old' })
  server.use(
    http.get(api('/things'), ({ request }) => {
      if (request.headers.get('Authorization') === 'Bearer new') return HttpResponse.json({})
      session.signedIn({ ...TOKEN, access_token: 'new' })
      return problem(401, 'Expired.')
    }),
  )
  expect((await session.authorizedFetch(api('/things'))).status).toBe(200)
  expect(refreshes()).toBe(0)
})

test('when the refresh is refused the sign-in has ended, and the 401 is the answer', async () => {
  session.signedIn(TOKEN)
  server.use(http.post(api('/auth/refresh'), () => problem(401, 'Used twice.')))
  acceptOnly('another')
  const told = vi.fn()
  session.onSession(told)
  expect((await session.authorizedFetch(api('/things'))).status).toBe(401)
  expect(told).toHaveBeenCalledExactlyOnceWith('ended')
})

test('tabs share the token and the end of a sign-in', async () => {
  const refreshes = countRefreshes()
  const tab = new BroadcastChannel('healther-session')
  const said = vi.fn()
  tab.addEventListener('message', ({ data }) => {
    said(data)
  })
  session.signedIn(TOKEN)
  await vi.waitFor(() => {
    expect(said).toHaveBeenCalledWith({ kind: 'token', token: 'token-1' })
  })
  const told = vi.fn()
  session.onSession(told)
  tab.postMessage({ kind: 'token', token: 'of another tab' })
  tab.postMessage({ kind: 'signed-out' })
  await vi.waitFor(() => {
    expect(told).toHaveBeenCalledExactlyOnceWith('signed-out')
  })
  expect(refreshes()).toBe(0)
  tab.close()
})
