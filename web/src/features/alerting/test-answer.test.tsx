import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { TestAnswer } from './test-answer'

test('a test message that was refused is told in the app’s words, with what can be done', () => {
  const because = { because: 'refused', name: 'eve@example.org' } as const
  const answer = { taken: false, answer: 'not sent: refused by eve@example.org', took_ms: 0, because }
  render(<TestAnswer pending={false} answer={answer} problem={null} onTest={() => {}} />)
  expect(screen.getByText('Refused by eve@example.org')).toBeVisible()
  expect(screen.getByText(/is not asked again: take another address/)).toBeVisible()
  expect(screen.queryByText(answer.answer), 'the server’s English').toBeNull()
})
