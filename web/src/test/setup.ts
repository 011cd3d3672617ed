import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { setUpClient } from '@/lib/api'
import { setUpLanguage, speak } from '@/lib/i18n'
import { server } from './server'

// What jsdom does not have.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= NoObserver
Element.prototype.scrollIntoView ??= () => {}
Element.prototype.setPointerCapture ??= () => {}
window.scrollTo = () => {}
window.matchMedia ??= (query) =>
  Object.assign(new EventTarget(), { matches: false, media: query }) as MediaQueryList

// Routes are loaded when they are first shown, and a busy machine takes its time.
configure({ asyncUtilTimeout: 10_000 })

beforeAll(async () => {
  // Whatever a test does not answer itself is an error: no test depends on a server.
  server.listen({ onUnhandledRequest: 'error' })
  setUpClient()
  await setUpLanguage()
})
beforeEach(() => speak('en'))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  localStorage.clear()
})
afterAll(() => {
  server.close()
})
