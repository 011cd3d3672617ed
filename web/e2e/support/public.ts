import { expect, type Page } from '@playwright/test'
import { signIn } from './fixtures'
import type { Furnished } from './furnished'
import { plain, type MailSink } from './mail'
import { confirmAddress } from './mailing'
import type { Neighbour } from './neighbour'

interface Surroundings {
  /** Whose workspace it is. */
  acme: Furnished
  neighbour: Neighbour
  mail: MailSink
}

/** Calls `look` on everything that people without an account see of a furnished workspace, in the order they would. */
export async function walkPublic(
  page: Page,
  { acme, neighbour, mail }: Surroundings,
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

  await confirmAddress(page, mail, acme.account.email)
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

  const mailed = (pattern: RegExp) => pattern.exec(mail.received.map(plain).join())?.[0] ?? ''
  const link = () => mailed(/\/subscription\/[\w.~-]+/)
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
  await visit('/ack/no-such-link', 'a link to acknowledge that is over')

  const question = () => mailed(/\/consent\/[\w-]+/)
  await expect.poll(question).not.toBe('')
  await visit(question(), 'an address that is asked')
  const answers = page.getByRole('button')
  await answers.last().click()
  await expect(page.getByRole('status')).toContainText('said no')
  await look('an address that said no')
  await press()
  await expect(page.getByRole('status')).toContainText('said yes')
  await look('an address that said yes')
  await visit('/consent/no-such-link', 'a question that is over')

  const invitation = await acme.call('POST', `${acme.path}/invitations`, {
    email: 'katherine@readers.example',
    role: 'observer',
    by: 'link',
  })
  const invited = `/invitation#${String(invitation.link).split('#')[1]}`
  const open = async (address: string, where: string) => {
    await page.goto(address)
    await expect(page.getByRole('heading')).toBeVisible()
    await look(where)
  }
  await open(invited, 'an invitation')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await look('an invitation of somebody with an account')
  await open('/sign-in', 'signing in')
  await signIn(page, acme.guest)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await open(invited, 'an invitation of somebody else')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.goto('/status/furnished')
  await open('/invitation#no-such-link', 'an invitation that is over')
}
