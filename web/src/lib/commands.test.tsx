import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useMemo } from 'react'
import { expect, test, vi } from 'vitest'
import { useCommandList, useCommands } from './commands'
import { useKeys } from './use-keys'

function Offers({ name, keys, run }: { name: string; keys: string; run: () => void }) {
  useCommands(useMemo(() => [{ id: name, title: name, group: 'Test', keys, run }], [name, keys, run]))
  return null
}

function Listens() {
  const commands = useCommandList()
  useKeys(commands)
  return (
    <>
      <p>{commands.map(({ title }) => title).join(',')}</p>
      <input aria-label="text" />
    </>
  )
}

test('commands are there as long as what offers them is, and their keys run them', async () => {
  const [overview, check] = [vi.fn(), vi.fn()]
  const user = userEvent.setup()
  const { rerender } = render(
    <>
      <Listens />
      <Offers name="overview" keys="g o" run={overview} />
      <Offers name="check" keys="o" run={check} />
    </>,
  )
  expect(screen.getByText('overview,check')).toBeVisible()
  await user.keyboard('go')
  expect(overview).toHaveBeenCalledOnce()
  expect(check).not.toHaveBeenCalled()
  await user.keyboard('o')
  expect(check).toHaveBeenCalledOnce()
  await user.keyboard('{Control>}o{/Control}')
  await user.type(screen.getByLabelText('text'), 'go')
  expect(overview).toHaveBeenCalledOnce()
  expect(check).toHaveBeenCalledOnce()
  rerender(<Listens />)
  expect(screen.queryByText(/overview/)).toBeNull()
})
