import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { OverviewWatcher } from '@/client/types.gen'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, server } from '@/test/server'

const watcher = (id: string, name: string, state: OverviewWatcher['state']) => ({
  id,
  name,
  kind: 'http',
  url: `https://${id}.example/`,
  tags: [],
  state,
})
const sent: unknown[] = []

beforeEach(() => {
  sent.length = 0
  server.use(
    http.post(api('/workspaces/:id/watchers/bulk'), async ({ request }) => {
      sent.push(await request.json())
      return HttpResponse.json({ done: ['w2'], failed: [] })
    }),
  )
})

async function openMenu(role: typeof ACME.role) {
  answerAsAda([{ ...ACME, role }])
  server.use(
    http.get(api('/workspaces/:id/overview'), () =>
      HttpResponse.json({
        as_of: '2026-11-24T00:00:00Z',
        counts: { down: 1, healthy: 1 },
        watchers: [watcher('w1', 'Shop', 'down'), watcher('w2', 'Mail', 'healthy')],
      }),
    ),
  )
  const app = openApp('/workspaces/new')
  await screen.findByRole('heading', { name: 'New workspace' })
  await app.user.keyboard('{Control>}k{/Control}')
  return { ...app, input: await screen.findByRole('combobox', { name: 'Command menu' }) }
}

test('a watcher is picked by its name and paused, without leaving the page', async () => {
  const { user, input } = await openMenu('admin')
  expect(await screen.findByText('Shop')).toBeInTheDocument()
  await user.type(input, 'pause')
  await user.keyboard('{Enter}')
  expect(await screen.findByText('Backspace: back to all commands')).toBeInTheDocument()
  await user.keyboard('{Backspace}')
  expect(screen.queryByText('Backspace: back to all commands')).toBeNull()
  await user.keyboard('pause ma')
  const option = await screen.findByText('Pause Mail')
  expect(option.closest('[role=option]')).toHaveAttribute('aria-selected', 'true')
  await user.keyboard('{Enter}')
  await waitFor(() => expect(sent).toEqual([{ ids: ['w2'], action: 'pause' }]))
  expect(await screen.findByText('Mail is paused')).toBeInTheDocument()
})

test('whoever may change nothing can go to a watcher, and is offered nothing else', async () => {
  const { user, input } = await openMenu('observer')
  await user.type(input, 'mail')
  const list = await screen.findByRole('listbox')
  expect(await within(list).findByRole('option', { name: /Healthy.*Mail/ })).toBeInTheDocument()
  await user.clear(input)
  await user.type(input, 'check')
  // A page that everybody may read is found by the word; checking a watcher is not offered.
  const found = within(list).getAllByRole('option')
  expect(found.map((option) => option.textContent)).toEqual(['Try other rules on past checks'])
  await user.clear(input)
  await user.type(input, 'pause')
  expect(within(list).queryAllByRole('option')).toEqual([])
})
