import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { compressed, toastsBringNoStyleTag } from './scripts/vite-plugins.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// What every page needs; forms, Markdown and what only some pages draw come with those pages.
const FIRST_LOAD =
  /\/src\/(components|lib)\/(?!leave-guard|use-problem-form|schema-form|markdown-field|covers-|delivery-item|watcher-choice|page-choice|prose|message-words|incident-cache|update-templates|wall-time)/

export default defineConfig({
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true }),
    react(),
    tailwindcss(),
    toastsBringNoStyleTag(),
    compressed(),
  ],
  resolve: {
    alias: {
      '@': here('./src'),
      // Its own version writes <style> tags, which our Content-Security-Policy forbids.
      'react-style-singleton': here('./src/lib/style-singleton.ts'),
    },
  },
  server: { proxy: { '/api': { target: process.env.HEALTHER_API ?? 'http://127.0.0.1:8000' } } },
  build: {
    outDir: '../src/healther/webapp/dist',
    emptyOutDir: true,
    manifest: true,
    // light-dark() is used as it is, not emulated.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Small files that every page needs come as one: HTTP/1.1 fetches six at a time.
        codeSplitting: {
          groups: [
            { name: 'icons', test: /node_modules\/lucide-react/ },
            { name: 'shared', test: FIRST_LOAD },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    // For what hangs; a busy machine is no failure.
    testTimeout: 20_000,
  },
})
