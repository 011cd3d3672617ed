import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = /\.(js|css|html|svg|json|txt)$/

/** Writes `file.gz` and `file.br` beside everything that shrinks, for servers that send them as they are. */
export function compressed(): Plugin {
  let folder = ''
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir)
    },
    closeBundle: () => {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSIBLE.test(name)) continue
        const bytes = readFileSync(join(folder, name))
        writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
        const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params: quality }))
      }
    },
  }
}

/** sonner writes a <style> tag when it loads, which our CSP forbids; app.css imports the same styles as a file. */
export function toastsBringNoStyleTag(): Plugin {
  const call = /^__insertCSS\(.*\);$/m
  return {
    name: 'toasts-bring-no-style-tag',
    enforce: 'pre',
    apply: 'build',
    transform: {
      filter: { id: /sonner\/dist\/index\.mjs$/ },
      handler(code) {
        if (!call.test(code)) this.error('sonner no longer inserts its styles the way this plugin removes')
        return { code: code.replace(call, ''), map: null }
      },
    },
  }
}
