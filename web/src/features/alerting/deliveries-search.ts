import type { DeliveryState } from '@/client/types.gen'

export const STATES = ['queued', 'sent', 'dead', 'cancelled'] as const satisfies DeliveryState[]

/** What the address of the list says. */
export interface DeliveriesSearch {
  state?: DeliveryState
  channel?: string
}

/** Takes what makes sense of an address, and leaves the rest out. */
export function parseDeliveriesSearch(search: Record<string, unknown>): DeliveriesSearch {
  const state = STATES.find((each) => each === search.state)
  const isId = typeof search.channel === 'string' && /^[0-9a-f-]{36}$/.test(search.channel)
  return { ...(state && { state }), ...(isId ? { channel: search.channel as string } : {}) }
}
