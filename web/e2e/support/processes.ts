import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export const PYTHON = process.env.HEALTHER_TEST_PYTHON ?? resolve('../.venv/bin/python')
const START_TIMEOUT_MS = 90_000

/** A real `healther up` on a database of its own. */
export interface Healther {
  url: string
  stop: () => Promise<void>
}

/** Starts healther on a free port with a fresh SQLite file; `settings` without the prefix HEALTHER_. */
export async function startHealther(
  settings: Record<string, string> = {},
  verb: 'up' | 'api' = 'up',
): Promise<Healther> {
  const home = mkdtempSync(join(tmpdir(), 'healther-e2e-'))
  const port = await freePort()
  const given = Object.entries({
    REFERENCE_TARGETS: '',
    ALLOW_NETWORKS: '127.0.0.0/8',
    LOG_FORMAT: 'json',
    ...settings,
  }).map(([name, value]) => [`HEALTHER_${name}`, value])
  // Where compiled modules are kept, a start costs a third of the time.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('HEALTHER_') && name !== 'PYTHONDONTWRITEBYTECODE',
  )
  const child = spawn(PYTHON, ['-c', 'from healther.cli import main; main()', verb, '--port', String(port)], {
    cwd: home,
    env: Object.fromEntries([...inherited, ...given]) as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (log += bytes.toString()))
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    await ended(child)
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await ready(url, child)
  } catch (error) {
    await stop()
    throw new Error(`healther did not start:\n${log}`, { cause: error })
  }
  return { url, stop }
}

async function ready(url: string, child: ChildProcess) {
  const until = Date.now() + START_TIMEOUT_MS
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await wait(100)
  }
  throw new Error(child.exitCode === null ? 'it was never ready' : `it ended with ${child.exitCode}`)
}

async function ended(child: ChildProcess) {
  if (child.exitCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(late)
}

/** A server on loopback to watch, that answers as it is told. */
export interface Target {
  url: string
  answer: (status: number, body?: string) => void
  stop: () => Promise<void>
}

export async function startTarget(): Promise<Target> {
  let [status, body] = [200, 'ok']
  const server = createServer((_request, response) => response.writeHead(status).end(body))
  await listening(server)
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    answer: (nextStatus, nextBody = '') => {
      ;[status, body] = [nextStatus, nextBody]
    },
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await listening(server)
  const port = portOf(server)
  await new Promise((done) => server.close(done))
  return port
}

const listening = (server: Server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const portOf = (server: Server) => (server.address() as AddressInfo).port
