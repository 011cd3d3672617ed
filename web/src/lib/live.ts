/**
 * The live stream of a workspace, one for all tabs of a browser: six streams would take every connection that
 * HTTP/1.1 has for healther, and nothing else would load. The tab that holds the lock reads it and tells the others.
 */
import { openLive, SILENCE_MS, type LiveListener, type LiveStatus, type LiveStream } from './live-stream'

export type { LiveStatus } from './live-stream'

type Said =
  | { kind: 'hello' | 'hurry' | 'sound' }
  | { kind: 'welcome'; status: LiveStatus; id: string }
  | { kind: 'status'; status: LiveStatus }
  | { kind: 'event'; event: string; data: unknown; id: string }

/** Follows a workspace until the returned function is called. Browsers offer locks on https and localhost only. */
export function followLive(workspaceId: string, listener: LiveListener): () => void {
  const locks = navigator.locks as LockManager | undefined
  if (locks) return followTogether(workspaceId, listener, locks)
  return openLive(workspaceId, listener, { restsWhileHidden: true }).stop
}

function followTogether(
  workspaceId: string,
  { onEvent, onStatus }: LiveListener,
  locks: LockManager,
): () => void {
  const name = `healther-live-${workspaceId}`
  const channel = new BroadcastChannel(name)
  const over = new AbortController()
  let lastId = ''
  /** What this tab is told when it hears of the stream; null = it has, and misses nothing. */
  let begins: 'ready' | 'reset' | null = 'ready'
  let status: LiveStatus = 'connecting'
  let leading: LiveStream | null = null
  let silence: ReturnType<typeof setTimeout> | undefined

  const say = (said: Said) => {
    channel.postMessage(said)
  }
  const tell = (next: LiveStatus) => {
    if (next === status) return
    status = next
    onStatus(next)
    if (next === 'ended') stop()
  }

  /** Reads the stream, from where this tab has heard of it, for as long as the lock is held. */
  const lead = () =>
    new Promise<void>((done) => {
      if (over.signal.aborted) {
        done()
        return
      }
      clearTimeout(silence)
      over.signal.addEventListener('abort', () => {
        done()
      })
      leading = openLive(
        workspaceId,
        {
          onEvent: (event, data, id) => {
            lastId = id
            say({ kind: 'event', event, data, id })
            onEvent(event, data, id)
          },
          onStatus: (next) => {
            say({ kind: 'status', status: next })
            tell(next)
          },
          onSound: () => {
            say({ kind: 'sound' })
          },
        },
        { from: begins === 'ready' ? '' : lastId },
      )
      begins = null
    })

  const stand = (steal: boolean) => {
    locks.request(name, steal ? { steal } : { signal: over.signal }, lead).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error
      if (over.signal.aborted) return
      // Another tab took over, for this one was not heard any more: it may have missed something.
      leading?.stop()
      leading = null
      begins = 'reset'
      follow()
    })
  }

  /** A browser may freeze the tab that reads; who is looked at does not wait for it. */
  const listen = () => {
    clearTimeout(silence)
    silence = setTimeout(() => {
      if (document.hidden) listen()
      else stand(true)
    }, SILENCE_MS)
  }

  const follow = () => {
    listen()
    stand(false)
    say({ kind: 'hello' })
  }

  const hurry = () => {
    if (!leading && !document.hidden) say({ kind: 'hurry' })
  }

  const stop = () => {
    over.abort()
    clearTimeout(silence)
    leading?.stop()
    channel.close()
    removeEventListener('online', hurry)
    document.removeEventListener('visibilitychange', hurry)
  }

  channel.addEventListener('message', ({ data: said }: MessageEvent<Said>) => {
    if (leading) {
      // The tab that read before let the lock go first, and said why afterwards.
      if (said.kind === 'status' && said.status === 'ended') tell('ended')
      else if (said.kind === 'hello') say({ kind: 'welcome', status, id: lastId })
      else if (said.kind === 'hurry') leading.hurry()
      return
    }
    listen()
    if (said.kind === 'event') {
      lastId = said.id
      onEvent(said.event, said.data, said.id)
    } else if (said.kind === 'status') tell(said.status)
    else if (said.kind === 'welcome' && begins !== null) {
      const event = begins
      begins = null
      lastId = said.id
      tell(said.status)
      onEvent(event, {}, said.id)
    }
  })
  addEventListener('online', hurry)
  document.addEventListener('visibilitychange', hurry)
  onStatus(status)
  follow()
  return stop
}
