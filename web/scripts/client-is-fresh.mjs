// Generates the client anew and compares: what docs/openapi.json says and what src/client does never part.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'healther-client-'))
const texts = (root) =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(root.length), readFileSync(path, 'utf8')])
      .sort(),
  )
try {
  execFileSync('npx', ['openapi-ts', '--silent'], {
    env: { ...process.env, CLIENT_OUTPUT: folder },
    stdio: 'inherit',
  })
  if (JSON.stringify(texts(folder)) !== JSON.stringify(texts('src/client'))) {
    console.error('src/client is not of docs/openapi.json; write it anew with: npm run client')
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
