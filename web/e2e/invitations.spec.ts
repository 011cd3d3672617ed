import { expectAccessible, makeAccount, signIn } from './support/fixtures'
import { plain } from './support/mail'
import { expect, test } from './support/mailing'

test.use({ file: 'invitations' })

test('an owner invites, somebody joins by the mail in another browser and sees no controls', async ({
  page,
  browser,
  healther,
  mail,
}) => {
  const owner = await makeAccount(healther, 'ada@invitations.example', 'Acme')
  // Among strangers nobody is mailed in the name of somebody whose own address is not confirmed.
  const question = () => /\/consent\/[\w-]+/.exec(mail.received.map(plain).join())?.[0] ?? ''
  await expect.poll(question, { timeout: 20_000 }).not.toBe('')
  await page.request.post(`${healther.url}${question()}`, { form: { answer: 'yes' } })
  await page.goto('/sign-in?next=/w/acme/settings')
  await signIn(page, owner)
  await expect(page.getByRole('heading', { name: 'Members' })).toBeVisible()
  await page.getByLabel('Email').fill('grace@invitations.example')
  await page.keyboard.press('Enter')
  const open = page.getByRole('list', { name: 'Open invitations' })
  await expect(open).toContainText('grace@invitations.example')
  await expect(open).toContainText('sent by mail')
  await expectAccessible(page)

  const refusal = () => /\/refusal\/[\w-]+/.exec(mail.received.map(plain).join())?.[0] ?? ''
  await expect.poll(refusal).not.toBe('')
  const unwilling = await browser.newPage()
  await unwilling.goto(`${healther.url}${refusal()}`)
  await expect(unwilling.getByRole('heading', { name: 'Stop these invitations' })).toBeVisible()
  await expect(unwilling.getByRole('button')).toHaveText(['No more of these'])
  await expectAccessible(unwilling)
  await unwilling.close()

  const link = () => /\/invitation#[\w-]+/.exec(mail.received.map(plain).join())?.[0] ?? ''
  await expect.poll(link).not.toBe('')
  const elsewhere = await browser.newContext({ viewport: { width: 390, height: 780 } })
  const grace = await elsewhere.newPage()
  const asked: string[] = []
  grace.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())))
  await grace.goto(`${healther.url}${link()}`)
  await expect(grace.getByRole('heading', { name: 'Join Acme' })).toBeVisible()
  await expectAccessible(grace)
  const beside = () => document.documentElement.scrollWidth - innerWidth
  expect(await grace.evaluate(beside), 'on a phone nothing lies beside the page').toBeLessThanOrEqual(0)
  await grace.getByLabel('Your name').fill('Grace Hopper')
  await grace.getByLabel('Password').fill('a nanosecond of wire')
  await grace.keyboard.press('Enter')
  await expect(grace).toHaveURL(/\/w\/acme$/)
  await expect(grace.getByRole('heading', { name: 'Overview' })).toBeVisible()
  expect(asked.join()).not.toContain(link().split('#')[1])
  await grace.goto(`${healther.url}/w/acme/settings`)
  await expect(grace.getByText('ada@invitations.example')).toBeVisible()
  await expect(grace.getByRole('main').getByRole('button')).toHaveText(['Leave'])

  // Used once, it is worth nothing; the owner sees a member instead of an invitation.
  await grace.goto(`${healther.url}${link()}`)
  await expect(grace.getByRole('heading', { name: 'This invitation does not work' })).toBeVisible()
  await expectAccessible(grace)
  await page.reload()
  await expect(page.getByRole('list', { name: 'Members' })).toContainText('grace@invitations.example')
  await expect(open).toHaveCount(0)
  await elsewhere.close()
})

test('a link that is handed over is shown once; another account is told whom it is for, signs out and joins', async ({
  page,
  browser,
  healther,
}) => {
  const owner = await makeAccount(healther, 'cleo@invitations.example', 'Umbrella')
  const bob = await makeAccount(healther, 'bob@invitations.example', 'Elsewhere')
  const eve = await makeAccount(healther, 'eve@invitations.example', 'Nowhere')
  await page.goto('/sign-in?next=/w/umbrella/settings')
  await signIn(page, owner)
  await expect(page.getByRole('heading', { name: 'Members' })).toBeVisible()
  await page.getByLabel('Email').fill(bob.email)
  await page.getByLabel('Send no mail, show me a link to hand over').check()
  await page.getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog', { name: `Invite ${bob.email}` })
  const link = await dialog.getByLabel('Link').inputValue()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(link)).toHaveCount(0)

  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await other.goto(`${healther.url}/sign-in`)
  await signIn(other, eve)
  await expect(other.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await other.goto(link)
  await expect(
    other.getByText(/is for b•••@invitations\.example, and you are signed in as eve@/),
  ).toBeVisible()
  await expectAccessible(other)
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByRole('button', { name: 'Sign in' }).click()
  await signIn(other, bob)
  await other.getByRole('button', { name: 'Join Umbrella' }).click()
  await expect(other).toHaveURL(/\/w\/umbrella$/)
  await elsewhere.close()
})
