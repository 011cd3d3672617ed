import { expect, test as base } from './fixtures'
import { startMailSink, type MailSink } from './mail'
import { startHealther } from './processes'

export { expect }

/** For files whose healther sends mail: people may subscribe, and `mail` has what they are sent. */
export const test = base.extend<object, { mail: MailSink }>({
  mail: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const sink = await startMailSink()
      await use(sink)
      await sink.stop()
    },
    { scope: 'worker' },
  ],
  healther: [
    async ({ file, mail }, use) => {
      expect(file, "say test.use({ file: '...' }) at the top of the spec").not.toBe('')
      const healther = await startHealther({
        REGISTRATION: 'open',
        SMTP_URL: mail.url,
        MAIL_FROM: 'status@acme.example',
      })
      await use(healther)
      await healther.stop()
    },
    { scope: 'worker' },
  ],
})
