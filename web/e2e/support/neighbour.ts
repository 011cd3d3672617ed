import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Neighbour = Awaited<ReturnType<typeof startNeighbour>>

/** A server on loopback that is watched and hears of outages; `words` is what it has to say. */
export async function startNeighbour(words = 'thank you') {
  const links: Record<string, string | undefined> = {}
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      for (const [path, kind] of body.matchAll(/\/(ack|subscription)\/[\w.~-]+/g)) links[kind ?? ''] ??= path
      const status = request.url === '/failing' ? 503 : 200
      response.writeHead(status, words, { 'X-Said': words, 'Content-Type': 'text/html' }).end(words)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    healthy: `${url}/`,
    failing: `${url}/failing`,
    hook: `${url}/hook`,
    /** The paths of the links that it was sent first: of an outage to acknowledge, of a subscription to confirm. */
    links,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(done)
      }),
  }
}
