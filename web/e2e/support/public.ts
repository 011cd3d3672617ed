import { expect, type Page } from '@playwright/test'
import { plain, type MailSink } from './mail'
import type { Neighbour } from './neighbour'

/** Calls `look` on everything that people without an account see of a furnished workspace, in the order they would. */
export async function walkPublic(
  page: Page,
  { neighbour, mail }: { neighbour: Neighbour; mail: MailSink },
  look: (where: string) => Promise<void>,
) {
  const press = () => page.getByRole('button').click()
  const refused = () => expect(page.getByRole('alert')).toBeVisible()
  const visit = async (address: string, where = address) => {
    await page.goto(address)
    await look(where)
  }
  await visit('/status/furnished')
  await visit('/status/furnished/embed')
  await visit('/status/no-such-page')

  await visit('/status/furnished-locked')
  await page.getByLabel('Password').fill('not the password')
  await press()
  await refused()
  await look('a wrong password')
  await page.getByLabel('Password').fill('correct horse battery')
  await press()
  await expect(page.getByRole('alert')).toBeHidden()
  await look('a page that was locked')

  await visit('/status/furnished/subscribe')
  await page.getByRole('textbox').fill('no address')
  await press()
  await refused()
  await look('a wrong address')
  await page.getByRole('textbox').fill('bob@readers.example')
  await page.getByRole('radio').last().check()
  await page.getByRole('checkbox').first().check()
  await look('a choice of services')
  await press()
  await expect(page.getByRole('button')).toBeHidden()
  await look('a wish to subscribe')

  const link = () => /\/subscription\/[\w.~-]+/.exec(mail.received.map(plain).join())?.[0] ?? ''
  await expect.poll(link).not.toBe('')
  await visit(link(), 'the link in the mail')
  await press()
  await expect(page.getByRole('checkbox').first()).toBeVisible()
  await look('a subscription')
  await page.getByRole('link').first().click()
  await page.waitForURL('**/unsubscribe')
  await look('leaving')
  await press()
  await expect(page.getByRole('button')).toBeHidden()
  await look('somebody who left')
  await visit(link(), 'a link that is over')

  await visit(neighbour.links.ack ?? '', 'an outage to acknowledge')
  await press()
  await expect(page.getByRole('button')).toBeHidden()
  await look('an outage that was acknowledged')
}
