import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { StateMark, STATES } from './state-mark'

test('every state has a shape of its own, and a word in every look', () => {
  const shapes = new Set<string>()
  const words = new Set<string>()
  for (const state of STATES) {
    const { container, unmount } = render(<StateMark state={state} look="shape" />)
    shapes.add(container.querySelector('svg')?.innerHTML ?? '')
    words.add(container.textContent)
    unmount()
  }
  expect(shapes.size).toBe(STATES.length)
  expect(words.size).toBe(STATES.length)
  render(<StateMark state="down" look="shape" />)
  expect(screen.getByText('Down')).toHaveClass('sr-only')
})
