import { expect } from '@playwright/test'
import { makeAccount } from './fixtures'
import type { Healther } from './processes'

type Json = Record<string, unknown>

/** Somebody with a workspace, who does things through the API while a page is looked at. */
export async function makePerson(
  healther: Healther,
  email: string,
  workspaceName: string,
  fullName?: string,
) {
  const account = await makeAccount(healther, email, workspaceName, fullName)
  const form = new URLSearchParams({ username: email, password: account.password })
  const signedIn = await fetch(`${healther.url}/api/v1/auth/token`, { method: 'POST', body: form })
  const { access_token: token } = (await signedIn.json()) as { access_token: string }
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const call = async (method: string, path: string, body?: Json) => {
    const options = { method, headers, body: body && JSON.stringify(body) }
    const answer = await fetch(`${healther.url}/api/v1/workspaces${path}`, options)
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true)
    return (answer.status === 204 ? {} : await answer.json()) as Json
  }
  const { items } = (await call('GET', '')) as { items: { id: string; slug: string }[] }
  const [workspace] = items
  if (!workspace) throw new Error('the account has no workspace')
  const watchers = `/${workspace.id}/watchers`
  return {
    account,
    call,
    slug: workspace.slug,
    path: `/${workspace.id}`,
    /** Down after one failed check, checked once an hour: what happens in between the test does. */
    watch: (name: string, url: string) =>
      call('POST', watchers, { name, url, every_value: 1, every_unit: 'hours', failure_threshold: 1 }),
    check: (id: unknown) => call('POST', `${watchers}/${String(id)}/check`),
    /** Waits until the server has a result of it. */
    checked: (id: unknown) =>
      expect
        .poll(async () => (await call('GET', `${watchers}/${String(id)}`)).last_checked_at, {
          intervals: [50],
        })
        .not.toBeNull(),
  }
}
