// The first load of the overview: all JavaScript that is fetched before it is drawn, gzipped, in the heaviest language.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUDGET_BYTES = 250_000
const OVERVIEW = 'src/routes/_app/w/$workspace/index.tsx'
const web = fileURLToPath(new URL('..', import.meta.url))
const dist = fileURLToPath(new URL('../../src/healther/webapp/dist/', import.meta.url))
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))

/** The files of the routes that match with a page: `a/b/c.tsx` and, of each folder above, `a/b.tsx` and `a/b/route.tsx`. */
function matching(page) {
  const folders = page.split('/').slice(2, -1)
  const above = folders.map((_, depth) => `src/routes/${folders.slice(0, depth + 1).join('/')}`)
  const files = above.flatMap((folder) => [`${folder}.tsx`, `${folder}/route.tsx`])
  return [...files.filter((file) => existsSync(web + file)), page]
}

/** The chunks a route brings when it is shown. */
function chunksOf(route) {
  const chunks = Object.keys(manifest).filter((key) => key.startsWith(`${route}?tsr-split=`))
  if (chunks.length === 0) throw new Error(`${route} has no chunk in the build's manifest: has it moved?`)
  return chunks
}

function firstLoad(language) {
  const files = new Set()
  const follow = (key) => {
    const chunk = manifest[key]
    if (!chunk) throw new Error(`${key} is not in the build's manifest: has it moved?`)
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    for (const each of chunk.imports ?? []) follow(each)
  }
  follow('index.html')
  follow(`src/locales/${language}/first.ts`)
  matching(OVERVIEW).flatMap(chunksOf).forEach(follow)
  const page = readFileSync(`${dist}index.html`, 'utf8')
  for (const [, file] of page.matchAll(/<script[^>]* src="\/([^"]+)"/g)) files.add(file)
  const bytes = [...files].reduce((sum, file) => sum + statSync(`${dist}${file}.gz`).size, 0)
  return { language, bytes, files: [...files].sort() }
}

const languages = readdirSync(`${web}src/locales`).filter((name) => !name.includes('.'))
const [most] = languages.map(firstLoad).sort((one, other) => other.bytes - one.bytes)
const kb = (value) => `${(value / 1000).toFixed(1)} kB`
console.log(
  `First load: ${kb(most.bytes)} of JavaScript, gzipped (budget ${kb(BUDGET_BYTES)}, ${most.files.length} files, ${most.language})`,
)
if (process.argv.includes('--files')) console.log(most.files.join('\n'))
if (most.bytes > BUDGET_BYTES) process.exit(1)
