import { expectAccessible, makeAccount, signIn } from './support/fixtures'
import { plain, type MailSink } from './support/mail'
import { confirmAddress, expect, test } from './support/mailing'

test.use({ file: 'recovery' })

/** What an address was mailed, as text. */
const mailed = (mail: MailSink, address: string) =>
  mail.received.map(plain).filter((each) => each.includes(`To: ${address}`))

/** The last link to a page of the app in it. */
const linkTo = (mail: MailSink, address: string, page: string) =>
  new RegExp(`.*(/${page}#[\\w-]+)`, 's').exec(mailed(mail, address).join())?.[1] ?? ''

test('a forgotten password: a link by mail, a new one by keyboard, every other sign-in ended, once', async ({
  page,
  browser,
  healther,
  mail,
}) => {
  const ada = await makeAccount(healther, 'ada@recovery.example', 'Acme')
  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await other.goto(`${healther.url}/sign-in`)
  await signIn(other, ada)
  await expect(other.getByRole('heading', { name: 'Overview' })).toBeVisible()

  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())))
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByRole('heading', { name: 'Forgot your password?' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Email').fill(ada.email)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeFocused()
  await expectAccessible(page)
  await expect.poll(() => linkTo(mail, ada.email, 'reset'), { timeout: 20_000 }).not.toBe('')
  const link = linkTo(mail, ada.email, 'reset')

  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Set a new password' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('New password').fill('12345678')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/tried first/)).toBeVisible()
  await page.getByLabel('New password').fill('another long phrase')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your new password is set' })).toBeFocused()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, { ...ada, password: 'another long phrase' })
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  expect(asked.join()).not.toContain(link.split('#')[1])

  await other.reload()
  await expect(other).toHaveURL(/\/sign-in/)
  await other.goto(`${healther.url}${link}`)
  await other.getByLabel('New password').fill('a third long phrase')
  await other.keyboard.press('Enter')
  await expect(other.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
  await expectAccessible(other)
  await elsewhere.close()
})

test('whoever is invited and finds a stranger in their account has a link mailed and joins with it', async ({
  page,
  browser,
  healther,
  mail,
}) => {
  const owner = await makeAccount(healther, 'cleo@recovery.example', 'Umbrella')
  await confirmAddress(page, mail, owner.email)
  const squatted = await makeAccount(healther, 'victim@recovery.example', 'Theirs')
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${healther.url}/sign-in`)
  await signIn(stranger, squatted)
  await expect(stranger.getByRole('heading', { name: 'Overview' })).toBeVisible()

  await page.goto('/sign-in?next=/w/umbrella/settings')
  await signIn(page, owner)
  await page.getByRole('heading', { name: 'Members' }).waitFor()
  await page.getByLabel('Email').fill(squatted.email)
  await page.keyboard.press('Enter')
  await expect.poll(() => linkTo(mail, squatted.email, 'invitation')).not.toBe('')
  const invitation = linkTo(mail, squatted.email, 'invitation')

  const home = await browser.newContext({ viewport: { width: 390, height: 780 } })
  const victim = await home.newPage()
  await victim.goto(`${healther.url}${invitation}`)
  await victim.getByLabel('Your name').fill('Vera Victim')
  await victim.getByLabel('Password').fill('a nanosecond of wire')
  await victim.keyboard.press('Enter')
  await expect(victim.getByRole('alert')).toContainText('If it is not yours')
  await expectAccessible(victim)
  await victim.getByRole('link', { name: 'Mail me a link' }).click()
  await victim.getByLabel('Email').fill(squatted.email)
  await victim.keyboard.press('Enter')
  await expect.poll(() => linkTo(mail, squatted.email, 'reset'), { timeout: 20_000 }).not.toBe('')
  await victim.goto(`${healther.url}${linkTo(mail, squatted.email, 'reset')}`)
  await victim.getByLabel('New password').fill('a nanosecond of wire')
  await victim.keyboard.press('Enter')
  await victim.getByRole('heading', { name: 'Your new password is set' }).waitFor()
  const beside = () => document.documentElement.scrollWidth - innerWidth
  expect(await victim.evaluate(beside), 'on a phone nothing lies beside the page').toBeLessThanOrEqual(0)

  await victim.goto(`${healther.url}${invitation}`)
  await victim.getByRole('button', { name: 'Sign in' }).click()
  await signIn(victim, { ...squatted, password: 'a nanosecond of wire' })
  await victim.getByRole('button', { name: 'Join Umbrella' }).click()
  await expect(victim).toHaveURL(/\/w\/umbrella$/)
  await stranger.reload()
  await expect(stranger).toHaveURL(/\/sign-in/)
  await home.close()
})

test('another email says yes first: the profile says so, and the link changes it', async ({
  page,
  healther,
  mail,
}) => {
  const bob = await makeAccount(healther, 'bob@recovery.example', 'Initech')
  await page.goto('/sign-in?next=/profile')
  await signIn(page, bob)
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await page.getByLabel('Email').fill('robert@recovery.example')
  await page
    .locator('input')
    .and(page.getByLabel('Password', { exact: true }))
    .fill(bob.password)
  await page.keyboard.press('Enter')
  await expect(page.getByText(/A link is on its way to robert@recovery\.example/)).toBeVisible()
  await expect(page.getByLabel('Email')).toHaveValue(bob.email)
  await expectAccessible(page)
  await expect.poll(() => linkTo(mail, 'robert@recovery.example', 'email')).not.toBe('')
  await page.goto(linkTo(mail, 'robert@recovery.example', 'email'))
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Yes, it is mine' }).click()
  await expect(page.getByRole('heading', { name: 'Your account has a new address' })).toBeFocused()
  await expectAccessible(page)
  await page.goto('/profile')
  await expect(page.getByLabel('Email')).toHaveValue('robert@recovery.example')
})
