import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { toast } from 'sonner'
import { expect, test, vi } from 'vitest'
import { Menu, MenuContent, MenuItem, MenuTrigger } from './menu'
import { Toasts } from './toasts'

test('a menu that is opened right after a toast was answered stays open', async () => {
  const user = userEvent.setup()
  const undo = vi.fn()
  render(
    <>
      <button
        onClick={() => {
          toast('Paused.', { action: { label: 'Undo', onClick: undo } })
        }}
      >
        Pause
      </button>
      <Menu>
        <MenuTrigger>More actions</MenuTrigger>
        <MenuContent>
          <MenuItem>Delete</MenuItem>
        </MenuContent>
      </Menu>
      <Toasts />
    </>,
  )
  await user.click(screen.getByRole('button', { name: 'Pause' }))
  await user.click(await screen.findByRole('button', { name: 'Undo' }))
  expect(undo).toHaveBeenCalledOnce()
  await user.click(screen.getByRole('button', { name: 'More actions' }))
  expect(screen.getByRole('menuitem', { name: 'Delete' })).toBeVisible()
  await waitFor(() => {
    expect(screen.queryByText('Paused.'), 'the toast goes').toBeNull()
  })
  expect(screen.getByRole('menuitem', { name: 'Delete' })).toBeVisible()
})
