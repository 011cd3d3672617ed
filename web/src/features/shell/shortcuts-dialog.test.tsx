import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { useCommandList, useCommands } from '@/lib/commands'
import { useKeys } from '@/lib/use-keys'
import { ShortcutsDialog } from './shortcuts-dialog'

const run = vi.fn()
const COMMANDS = [{ id: 'next', title: 'Next', group: 'Test', keys: 'j', otherKey: 'ArrowDown', run }]

function Page({ open }: { open: boolean }) {
  useCommands(COMMANDS)
  useKeys(useCommandList())
  return <ShortcutsDialog open={open} onOpenChange={() => undefined} />
}

test('what two keys do is one line of the help, with arrows as they are printed', async () => {
  const user = userEvent.setup()
  const { rerender } = render(<Page open={false} />)
  await user.keyboard('j{ArrowDown}')
  expect(run).toHaveBeenCalledTimes(2)
  rerender(<Page open />)
  expect(screen.getByText('Next').nextElementSibling).toHaveTextContent('j↓')
})
