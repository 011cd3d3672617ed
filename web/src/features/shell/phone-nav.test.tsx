import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answerAsAda, openApp } from '@/test/app'

/** Opens *More*; both bars are there for the tests, which have no width. */
async function openMore() {
  answerAsAda()
  const app = openApp('/w/acme/settings')
  const more = await screen.findByRole('button', { name: 'More' }, { timeout: 10_000 })
  more.focus()
  await app.user.keyboard('{Enter}')
  return { ...app, more }
}

test('a phone reaches every place: those the bar has no room for are behind More, by keyboard too', async () => {
  const { user, more, router } = await openMore()
  const items = (await screen.findAllByRole('menuitem')).map((item) => item.textContent)
  expect(items).toEqual(['Maintenance', 'Reports', 'Search or do'])
  await user.keyboard('{ArrowDown}{Enter}')
  await expect.poll(() => router.state.location.pathname).toBe('/w/acme/reports')

  more.focus()
  await user.keyboard('{Enter}')
  const reports = await screen.findByRole('menuitem', { name: 'Reports' })
  // The address changes before the page behind it has been loaded.
  await waitFor(() => expect(reports).toHaveAttribute('aria-current', 'page'), { timeout: 10_000 })
  expect(screen.getByRole('menuitem', { name: 'Maintenance' })).not.toHaveAttribute('aria-current')
  await user.keyboard('{Escape}')
  expect(more).toHaveFocus()
})

test('a phone, which has no Ctrl+K, opens the command menu from More', async () => {
  const { user } = await openMore()
  await user.click(await screen.findByRole('menuitem', { name: 'Search or do' }))
  expect(await screen.findByRole('combobox', { name: 'Command menu' })).toHaveFocus()
})
