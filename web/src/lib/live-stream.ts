import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { authorizedFetch } from './session'

/** `live`: what happens arrives; `stale`: it arrives, and checks are overdue; otherwise it is being tried again. */
export type LiveStatus = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'ended'

export interface LiveListener {
  /** `id` is where a stream can be resumed after this event; empty = nowhere. */
  onEvent: (event: string, data: unknown, id: string) => void
  onStatus: (status: LiveStatus) => void
  /** Something was heard, if only that the line stands. */
  onSound?: () => void
}

interface LiveOptions {
  /** The id of the event after which it begins; empty = now. */
  from?: string
  /** Whether a hidden page lets its connection go: a browser has six of them an origin over HTTP/1.1. */
  restsWhileHidden?: boolean
}

/** An open stream. */
export interface LiveStream {
  /** Tries again at once where it would wait. */
  hurry: () => void
  stop: () => void
}

const FIRST_WAIT_MS = 1000
const MOST_WAIT_MS = 30_000
// The server says something at least every 15 s.
export const SILENCE_MS = 40_000
/** Reasons of a `bye` after which there is nothing to come back to. */
const FINAL = ['no_access', 'signed_out']

/** Follows `/live` of a workspace until it is stopped: reconnects, and resumes where it left off. */
export function openLive(
  workspaceId: string,
  { onEvent, onStatus, onSound }: LiveListener,
  { from = '', restsWhileHidden = false }: LiveOptions = {},
): LiveStream {
  let lastId = from
  let failures = 0
  let stopped = false
  let running: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  // A function, for what changes while something is awaited.
  const isStopped = () => stopped
  const rests = () => restsWhileHidden && document.hidden
  const url = new URL(`/api/v1/workspaces/${workspaceId}/live`, location.origin)

  async function connect() {
    if (stopped || running || rests()) return
    const controller = new AbortController()
    running = controller
    let final = false
    let silence: ReturnType<typeof setTimeout> | undefined
    const heard = () => {
      onSound?.()
      clearTimeout(silence)
      silence = setTimeout(() => {
        controller.abort()
      }, SILENCE_MS)
    }
    const parser = createParser({
      onEvent: (message: EventSourceMessage) => {
        if (message.id !== undefined) lastId = message.id
        const event = message.event ?? 'message'
        const data: unknown = JSON.parse(message.data)
        if (event === 'bye') final = FINAL.includes((data as { reason: string }).reason)
        else if (event === 'stale') onStatus((data as { stale: boolean }).stale ? 'stale' : 'live')
        else onEvent(event, data, lastId)
      },
    })
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' }
      if (lastId !== '') headers['Last-Event-ID'] = lastId
      const response = await authorizedFetch(url, { headers, signal: controller.signal, cache: 'no-store' })
      if (response.status === 401 || response.status === 404) final = true
      if (response.ok && response.body) {
        failures = 0
        heard()
        onStatus('live')
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
        for (;;) {
          const { done, value } = await reader.read()
          if (done) break
          heard()
          parser.feed(value)
        }
      }
    } catch (error) {
      // A line that broke is tried again below; what is wrong with this code must be seen.
      if (error instanceof SyntaxError) throw error
    } finally {
      clearTimeout(silence)
      running = null
      if (final) {
        stopped = true
        onStatus('ended')
      } else if (!isStopped()) again()
    }
  }

  function again() {
    onStatus('reconnecting')
    const most = Math.min(FIRST_WAIT_MS * 2 ** failures, MOST_WAIT_MS)
    failures += 1
    clearTimeout(timer)
    timer = setTimeout(() => void connect(), most * (0.5 + Math.random() / 2))
  }

  /** The network is back, or somebody looks again: no reason to wait. */
  function hurry() {
    if (stopped || running) return
    clearTimeout(timer)
    void connect()
  }

  function onVisibility() {
    if (rests()) running?.abort()
    else if (!document.hidden) hurry()
  }

  /** The line is gone and would be noticed only by its silence. */
  function offline() {
    running?.abort()
  }

  addEventListener('online', hurry)
  addEventListener('offline', offline)
  document.addEventListener('visibilitychange', onVisibility)
  onStatus('connecting')
  void connect()
  return {
    hurry,
    stop: () => {
      stopped = true
      removeEventListener('online', hurry)
      removeEventListener('offline', offline)
      document.removeEventListener('visibilitychange', onVisibility)
      clearTimeout(timer)
      running?.abort()
    },
  }
}
