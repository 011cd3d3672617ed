// First load: what index.html pulls in before anything is drawn, gzipped. The route's own chunk counts too.
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUDGET_BYTES = 250 * 1024
const dist = fileURLToPath(new URL('../../src/healther/webapp/dist/', import.meta.url))
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))
const FIRST = [
  'index.html',
  'src/locales/en/index.ts',
  'src/routes/_app/w/$workspace/index.tsx?tsr-split=component',
]

const seen = new Set()
const follow = (key) => {
  const chunk = manifest[key]
  if (!chunk || seen.has(chunk.file)) return
  seen.add(chunk.file)
  for (const each of chunk.imports ?? []) follow(each)
}
for (const key of FIRST) {
  if (!manifest[key]) throw new Error(`${key} is not in the build's manifest: has it moved?`)
  follow(key)
}
const bytes = [...seen].reduce((sum, file) => sum + statSync(`${dist}${file}.gz`).size, 0)
const kb = (value) => `${(value / 1024).toFixed(1)} KB`
console.log(
  `First load: ${kb(bytes)} of JavaScript, gzipped (budget ${kb(BUDGET_BYTES)}, ${seen.size} files)`,
)
if (bytes > BUDGET_BYTES) process.exit(1)
