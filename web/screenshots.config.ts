import tests from './playwright.config'

/** The pictures of the documentation (`npm run screenshots`); no test. */
export default { ...tests, testDir: 'screenshots', workers: 1, retries: 0, timeout: 600_000 }
