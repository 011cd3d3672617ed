import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { AuditEntryPublic, WorkspacePublic } from '@/client/types.gen'
import { setLanguage } from '@/lib/i18n'
import { signedOut } from '@/lib/session'
import { ACME, ADA, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, server } from '@/test/server'

const entry = (id: string, action: string, more: Partial<AuditEntryPublic> = {}): AuditEntryPublic => ({
  id,
  at: '2026-11-23T12:00:00Z',
  actor: ADA.email,
  actor_id: ADA.id,
  action,
  object_id: null,
  object_name: null,
  details: {},
  ...more,
})
const ENTRIES = [
  entry('1', 'watcher.delete', {
    details: { count: 7, names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], ids: ['x'] },
  }),
  entry('2', 'member.role', { object_name: 'bob@example.org', details: { role: 'admin', from: null } }),
  entry('3', 'incident.acknowledge', {
    actor: 'somebody with the link',
    actor_id: null,
    object_name: 'Down',
  }),
  entry('4', 'volcano.erupt', { object_name: 'Etna' }),
]

const open = (workspace: WorkspacePublic = ACME, path = '/w/acme/settings/audit') => {
  answerAsAda([workspace])
  const asked: URLSearchParams[] = []
  server.use(
    http.get(api(`/workspaces/${ACME.id}/members`), () =>
      HttpResponse.json({ items: [], next_cursor: null }),
    ),
    http.get(api(`/workspaces/${ACME.id}/audit`), ({ request }) => {
      const query = new URL(request.url).searchParams
      asked.push(query)
      const items = query.has('cursor') ? [entry('5', 'workspace.create', { object_name: 'Acme' })] : ENTRIES
      return HttpResponse.json({ items, next_cursor: query.has('cursor') ? null : 'more' })
    }),
  )
  return { ...openApp(path), asked }
}

beforeEach(signedOut)

test('the trail says who did what, in words, and what it does not know as it came', async () => {
  const { user } = open()
  const list = await screen.findByRole('list', { name: 'Audit trail' })
  const rows = within(list).getAllByRole('listitem')
  expect(rows[0]).toHaveTextContent('ada@example.org deleted watchers:')
  expect(rows[0]).toHaveTextContent('namelya, b, c, d, e … +2')
  expect(rows[0]).not.toHaveTextContent('ids')
  expect(rows[1]).toHaveTextContent('gave another role to bob@example.org')
  expect(rows[1]).not.toHaveTextContent('from')
  expect(within(list.children[2] as HTMLElement).queryByRole('button')).toBeNull()
  expect(rows[3]).toHaveTextContent('volcano.erupt Etna')
  await user.click(screen.getByRole('button', { name: 'Older' }))
  expect(await within(list).findByText('made the workspace')).toBeVisible()
})

test('whoever has no name is called so in the reader’s language', async () => {
  answerAsAda()
  server.use(
    http.get(api('/users/me'), () => HttpResponse.json({ ...ADA, language: 'de' })),
    http.get(api(`/workspaces/${ACME.id}/members`), () =>
      HttpResponse.json({ items: [], next_cursor: null }),
    ),
    http.get(api(`/workspaces/${ACME.id}/audit`), () => {
      const gone = { actor: 'deleted account', object_name: 'deleted account', details: { deleted: true } }
      return HttpResponse.json({ items: [ENTRIES[2], entry('6', 'member.leave', gone)], next_cursor: null })
    }),
  )
  openApp('/w/acme/settings/audit')
  const list = await screen.findByRole('list', { name: 'Protokoll' })
  expect(list).toHaveTextContent('jemand mit dem Link')
  expect(list).toHaveTextContent('gelöschtes Konto hat den Arbeitsbereich verlassen: gelöschtes Konto')
  expect(list).not.toHaveTextContent('deleted')
  await setLanguage('en')
})

test('what is chosen is in the address and is asked for', async () => {
  const { router, user, asked } = open()
  await user.selectOptions(await screen.findByRole('combobox', { name: 'What it was done to' }), 'Watchers')
  const [first] = await screen.findAllByRole('button', { name: ADA.email })
  if (first) await user.click(first)
  await expect.poll(() => router.state.location.search).toEqual({ kind: 'watcher', person: ADA.id })
  await expect.poll(() => asked.at(-1)?.get('actor_id')).toBe(ADA.id)
  expect(asked.at(-1)?.get('action')).toBe('watcher')
  expect(screen.getByRole('combobox', { name: 'By whom' })).toHaveDisplayValue('Somebody who is no member')
})

test('observers are told who reads it, and nothing is asked for', async () => {
  const { asked } = open({ ...ACME, role: 'observer' })
  expect(await screen.findByText('Owners and admins read the audit trail.')).toBeVisible()
  expect(asked).toEqual([])
})
