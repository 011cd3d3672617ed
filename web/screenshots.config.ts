import tests from './playwright.config'

/** The pictures of the documentation (`npm run screenshots`); no test. */
export default { ...tests, testDir: 'screenshots', retries: 0, timeout: 600_000 }
