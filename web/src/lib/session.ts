/**
 * The sign-in of this browser. The access token lives in memory only; the refresh token is in an HttpOnly cookie
 * that works once (its reuse ends the sign-in), so tabs refresh one after the other and share what they get.
 */
import { ProblemError, reach } from './problem'
import { isThemeKept } from './theme'

interface Token {
  access_token: string
  expires_in: number
}

/** `signed-out`: somebody asked for it. `ended`: the server no longer knows the sign-in. */
export type SessionChange = 'signed-in' | 'signed-out' | 'ended'
type Said = { kind: 'token'; token: string } | { kind: 'signed-out' | 'ended' }

const REFRESH = new URL('/api/v1/auth/refresh', location.origin)
const LOCK = 'healther-refresh'
// Scripts cannot see the cookie. Where nobody has signed in there is none, and the server is not asked for nothing.
const MARK = 'healther.signed-in'

let token: string | null = null
let refreshing: Promise<string | null> | null = null
const listeners = new Set<(change: SessionChange) => void>()
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('healther-session') : null

channel?.addEventListener('message', ({ data }: MessageEvent<Said>) => {
  if (data.kind === 'token') token = data.token
  else forget(data.kind)
})

function take({ access_token }: Token): string {
  token = access_token
  mark('yes')
  return access_token
}

function mark(there: 'yes' | 'no') {
  localStorage.setItem(MARK, there)
}

function forget(change: 'signed-out' | 'ended') {
  const wasSignedIn = token !== null
  token = null
  if (wasSignedIn) for (const listener of listeners) listener(change)
}

/** Takes the token of a new sign-in; other tabs get it too. */
export function signedIn(issued: Token) {
  channel?.postMessage({ kind: 'token', token: take(issued) } satisfies Said)
  for (const listener of listeners) listener('signed-in')
}

/** Forgets the sign-in, here and in other tabs; the caller has told the server. */
export function signedOut() {
  mark('no')
  channel?.postMessage({ kind: 'signed-out' } satisfies Said)
  forget('signed-out')
}

/** Whether there is a sign-in; asks the server once, by the cookie, when this page has just been loaded. */
export async function restore(): Promise<boolean> {
  return (token ?? (mayBeSignedIn() ? await refresh(null) : null)) !== null
}

/** Whether there may be a cookie. From before there was a mark the theme tells: it is kept of whoever has signed in. */
function mayBeSignedIn(): boolean {
  const there = localStorage.getItem(MARK)
  return there === null ? isThemeKept() : there === 'yes'
}

/** Calls back when the sign-in begins or ends, in any tab. */
export function onSession(listener: (change: SessionChange) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * A token other than `stale`, or null when the sign-in has ended.
 * Throws a ProblemError when the server could not be asked: that is no end of a sign-in.
 */
export function refresh(stale: string | null): Promise<string | null> {
  if (token !== stale) return Promise.resolve(token)
  refreshing ??= alone(() => ask(stale)).finally(() => (refreshing = null))
  return refreshing
}

async function ask(stale: string | null): Promise<string | null> {
  // While this tab waited for its turn another may have refreshed.
  if (token !== stale) return token
  const response = await reach(new Request(REFRESH, { method: 'POST', credentials: 'same-origin' }))
  if (response.status === 401) {
    mark('no')
    channel?.postMessage({ kind: 'ended' } satisfies Said)
    forget('ended')
    return null
  }
  if (!response.ok) {
    throw new ProblemError(
      response.status,
      await response.json().catch(() => null),
      response.headers.get('Retry-After'),
    )
  }
  const issued = take((await response.json()) as Token)
  channel?.postMessage({ kind: 'token', token: issued } satisfies Said)
  return issued
}

/** One tab at a time; browsers offer locks on https and localhost only, elsewhere each tab is on its own. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined
  return locks ? locks.request(LOCK, work) : work()
}

/** `fetch` with the access token: a 401 is answered by one refresh and one retry. Streams use it too. */
export async function authorizedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init)
  if (new URL(request.url).pathname.startsWith('/api/v1/auth/') && token === null) return reach(request)
  const used = token
  const again = request.clone()
  const response = await reach(withToken(request, used))
  if (response.status !== 401 || used === null) return response
  const fresh = await refresh(used)
  return fresh === null ? response : reach(withToken(again, fresh))
}

function withToken(request: Request, value: string | null): Request {
  if (value !== null) request.headers.set('Authorization', `Bearer ${value}`)
  return request
}
