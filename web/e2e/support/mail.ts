import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Takes whatever mail is sent to it, as text. */
export interface MailSink {
  /** As HEALTHER_SMTP_URL has it. */
  url: string
  received: string[]
  stop: () => Promise<void>
}

/** The little of SMTP (RFC 5321) that a well-behaved sender needs, on loopback. */
export async function startMailSink(): Promise<MailSink> {
  const received: string[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)))
    let [unread, inData] = ['', false]
    socket.on('error', () => socket.destroy())
    socket.write('220 sink\r\n')
    socket.on('data', (bytes) => {
      unread += bytes.toString()
      for (;;) {
        const end = inData ? '\r\n.\r\n' : '\r\n'
        const at = unread.indexOf(end)
        if (at === -1) return
        const said = unread.slice(0, at)
        unread = unread.slice(at + end.length)
        if (inData) received.push(said)
        const verb = inData ? '' : said.slice(0, 4).toUpperCase()
        inData = verb === 'DATA'
        socket.write(inData ? '354 go on\r\n' : verb === 'QUIT' ? '221 bye\r\n' : '250 fine\r\n')
      }
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: () =>
      new Promise((done) => {
        for (const socket of open) socket.destroy()
        server.close(() => done())
      }),
  }
}

/** The text of a message without its quoted-printable form (RFC 2045). */
export const plain = (mail: string) =>
  mail
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
