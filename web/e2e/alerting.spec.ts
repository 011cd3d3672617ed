import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, expectAccessible, signIn, test } from './support/fixtures'
import { makePerson } from './support/person'

test.use({ file: 'alerting' })

interface Received {
  kind?: string
  title?: string
  acknowledge_link?: string | null
}

/** Takes whatever webhooks send. */
async function startSink() {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      received.push(JSON.parse(Buffer.concat(parts).toString()) as Received)
      response.end('thank you')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const stop = () =>
    new Promise((done) => {
      server.closeAllConnections()
      server.close(done)
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, stop }
}

test('a channel is tried, a policy names it, an outage reaches it and is acknowledged by its link', async ({
  page,
  healther,
  target,
}) => {
  const sink = await startSink()
  const ada = await makePerson(healther, 'ada@alerting.example', 'Acme')
  await page.goto('/w/acme/alerts')
  await signIn(page, ada.account)
  await expect(page.getByRole('heading', { name: 'No channels yet' })).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Add a channel' }).click()
  await expect(page.getByRole('link', { name: /^Slack/ })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: /^Webhook/ }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Sink')
  await page.getByLabel('URL', { exact: true }).fill(sink.url)
  await page.getByRole('button', { name: 'Send test' }).click()
  await expect(page.getByText(/^Taken, in/)).toBeVisible()
  expect(sink.received).toHaveLength(1)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add a channel' }).click()
  await expect(page.getByRole('list', { name: 'Channels' })).toContainText('Sink')
  await expectAccessible(page)

  const { id } = await ada.watch('Shop', target.url)
  await page.getByRole('link', { name: 'Policies', exact: true }).click()
  await page.getByRole('link', { name: 'Add a policy' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Pages')
  await page.getByRole('checkbox', { name: 'Sink' }).check()
  await expect(page.getByText('At once: Sink.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add a policy' }).click()
  await expect(page.getByRole('list', { name: 'Policies' })).toContainText('Pages')

  target.answer(503)
  await ada.check(id)
  await expect.poll(() => sink.received.find(({ kind }) => kind === 'down')?.title).toContain('Shop')
  await page.getByRole('link', { name: 'Deliveries' }).click()
  await expect(page.getByRole('list', { name: 'Deliveries' })).toContainText('thank you')
  await expectAccessible(page)

  const link = sink.received.find(({ kind }) => kind === 'down')?.acknowledge_link ?? ''
  // This healther has a port of its own, the link names the public address.
  await page.goto(new URL(link).pathname)
  await page.getByRole('button').click()
  await page.goto('/w/acme/incidents')
  await page.getByRole('link', { name: /^Shop is down/ }).click()
  await expect(page.getByRole('region', { name: 'State' })).toContainText('Sink (link)')
  await sink.stop()
})
