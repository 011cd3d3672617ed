import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { DeliveryPublic } from '@/client/types.gen'
import { DeliveryItem } from './delivery-item'

const WAITS = 'waits until 12:00 UTC: this workspace has sent the 500 mails it may send in an hour'

function delivery(facts: Partial<DeliveryPublic>): DeliveryPublic {
  return {
    id: '1',
    kind: 'down',
    title: 'Shop',
    to: 'Ops',
    channel_id: null,
    incident_id: null,
    state: 'queued',
    created_at: '2026-11-30T11:00:00Z',
    next_at: '2026-11-30T12:00:00Z',
    ended_at: null,
    answer: null,
    because: null,
    attempts: [],
    ...facts,
  }
}

test('a message that nobody has tried says why it waits', () => {
  render(<DeliveryItem delivery={delivery({ answer: WAITS, because: 'capped' })} />)
  expect(screen.getByText('This workspace has sent the mails it may send in an hour')).toBeVisible()
  expect(screen.getByText(/^waits until .*\b30\b/)).toBeVisible()
  expect(screen.queryByText(WAITS), 'the server’s English').toBeNull()
})

test('what the last attempt was answered is said once', () => {
  const attempt = { number: 1, at: '2026-11-30T11:00:00Z', took_ms: 5, outcome: 'sent', answer: '250 OK' }
  render(<DeliveryItem delivery={delivery({ state: 'sent', answer: '250 OK', attempts: [attempt] })} />)
  expect(screen.getAllByText('250 OK')).toHaveLength(1)
})

test('why a message was taken back is said in words', () => {
  const answer = 'superseded: it was over before it could leave'
  render(
    <DeliveryItem
      delivery={delivery({ state: 'cancelled', next_at: null, answer, because: 'superseded' })}
    />,
  )
  expect(screen.getByText('It was over before it could leave')).toBeVisible()
  expect(screen.queryByText(answer)).toBeNull()
})
