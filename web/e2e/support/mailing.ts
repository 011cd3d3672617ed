import { expect, test as base } from './fixtures'
import type { Page } from '@playwright/test'
import { plain, startMailSink, type MailSink } from './mail'
import { startHealther } from './processes'

export { expect }

/** Somebody confirms their own address, by the mail that asked it: because of whom has not, nobody else is mailed. */
export async function confirmAddress(page: Page, mail: MailSink, address: string) {
  const asked = () => mail.received.map(plain).filter((each) => each.includes(`To: ${address}`))
  const question = () => /\/consent\/[\w-]+/.exec(asked().join())?.[0] ?? ''
  await expect.poll(question, { timeout: 20_000 }).not.toBe('')
  await page.request.post(question(), { form: { answer: 'yes' } })
}

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
