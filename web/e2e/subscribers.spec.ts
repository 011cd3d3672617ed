import { expectAccessible, signIn } from './support/fixtures'
import { plain } from './support/mail'
import { confirmAddress, expect, test } from './support/mailing'
import { makePerson } from './support/person'

test.use({ file: 'subscribers' })

test('people are let subscribe, somebody confirms by mail, is listed masked, and is removed', async ({
  page,
  healther,
  mail,
  target,
}) => {
  const ada = await makePerson(healther, 'ada@subscribers.example', 'Acme')
  await confirmAddress(page, mail, ada.account.email)
  const { id: watcher_id } = await ada.watch('Shop', target.url)
  const { id } = await ada.call('POST', `${ada.path}/status-pages`, {
    title: 'Acme status',
    slug: 'acme-status',
    subscribers: false,
    is_published: true,
    sections: [{ components: [{ watcher_id, name: 'Shop', key: 'shop' }] }],
  })
  await page.goto(`/w/acme/status-pages/${String(id)}`)
  await signIn(page, ada.account)
  const panel = page.getByRole('region', { name: 'Subscribers' })
  await expect(panel).toContainText('Nobody subscribed yet.')
  await panel.getByRole('checkbox', { name: 'Let people subscribe' }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Control+s')
  await expect(page.getByText('Everything is saved')).toBeVisible()

  await expect(async () => {
    await page.goto('/status/acme-status')
    await page.getByRole('link', { name: 'Subscribe' }).click({ timeout: 500 })
  }).toPass()
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Address' }).fill('bob@readers.example')
  // What cannot be chosen from is not there to be read.
  await expect(page.getByRole('checkbox', { name: 'Shop' })).toBeHidden()
  await page.getByRole('radio', { name: 'Only of these:' }).check()
  await page.getByRole('checkbox', { name: 'Shop' }).check()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Subscribe' }).click()
  await expect(page.getByRole('textbox', { name: 'Address' })).toBeHidden()

  const link = () => /\/subscription\/[\w.~-]+/.exec(mail.received.map(plain).join())?.[0] ?? ''
  await expect.poll(link).not.toBe('')
  await page.goto(link())
  await expectAccessible(page)
  await page.getByRole('button').click()

  await page.goto(`/w/acme/status-pages/${String(id)}`)
  const list = panel.getByRole('list', { name: 'Subscribers' })
  await expect(list).toContainText('b•••@readers.example')
  await expect(list).toContainText('Since')
  await expect(panel).not.toContainText('bob@')
  await expectAccessible(page)
  await list.getByRole('button', { name: 'Remove b•••@readers.example' }).click()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(panel).toContainText('Nobody subscribed yet.')
  const path = `${ada.path}/status-pages/${String(id)}/subscribers`
  expect(await ada.call('GET', path)).toMatchObject({ items: [] })
})
