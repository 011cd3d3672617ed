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
  render(<DeliveryItem delivery={delivery({ answer: WAITS, because: { because: 'capped' } })} />)
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
      delivery={delivery({ state: 'cancelled', next_at: null, answer, because: { because: 'superseded' } })}
    />,
  )
  expect(screen.getByText('It was over before it could leave')).toBeVisible()
  expect(screen.queryByText(answer)).toBeNull()
})

test('what was refused is not said to wait, and what can be done is said', () => {
  const also = { because: 'refused', name: 'eve@example.org' } as const
  const because = { because: 'unconfirmed', name: 'bob@example.org', also } as const
  render(<DeliveryItem delivery={delivery({ state: 'cancelled', next_at: null, because })} />)
  expect(screen.getByText('Not sent')).toBeVisible()
  expect(screen.queryByText('Overtaken')).toBeNull()
  expect(screen.getByText('Waits for a yes from bob@example.org; Refused by eve@example.org')).toBeVisible()
  expect(screen.getByText(/is asked again from the channel/)).toBeVisible()
  expect(screen.getByText(/is not asked again: take another address/)).toBeVisible()
})
