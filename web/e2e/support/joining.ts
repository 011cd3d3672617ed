import { expect, type makeAccount } from './fixtures'
import type { Healther } from './processes'

type Account = Awaited<ReturnType<typeof makeAccount>>

/** Somebody who may invite: what they call below their workspace's path. */
interface Inviter {
  call: (method: string, path: string, body: Record<string, unknown>) => Promise<unknown>
  path: string
}

/** Has somebody with an account join a workspace by a link that is handed over. */
export async function join(healther: Healther, by: Inviter, { email, password }: Account, role: string) {
  const made = await by.call('POST', `${by.path}/invitations`, { email, role, by: 'link' })
  const token = (made as { link: string }).link.split('#')[1]
  const ask = (path: string, init: RequestInit) =>
    fetch(`${healther.url}/api/v1${path}`, { method: 'POST', ...init })
  const form = new URLSearchParams({ username: email, password })
  const { access_token } = (await (await ask('/auth/token', { body: form })).json()) as {
    access_token: string
  }
  const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' }
  const joined = await ask('/invitations/accept', { headers, body: JSON.stringify({ token }) })
  expect(joined.status).toBe(201)
}
