import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { ReportPublic, ReportService } from '@/client/types.gen'
import { signedOut } from '@/lib/session'
import { ACME, answerAsAda, openApp } from '@/test/app'
import { api, http, HttpResponse, problem, server } from '@/test/server'
import { lastMonths, parseReportsSearch } from './search'

const times = { healthy_s: 2_600_000, degraded_s: 0, down_s: 78_400, unknown_s: 0, maintenance_s: 0 }
const SHOP: ReportService = {
  ...times,
  watcher_id: '01900000-0000-7000-8000-000000000009',
  name: 'Shop',
  section: '',
  uptime_percent: 97.072,
  amended: true,
  raw: { ...times, uptime_percent: 96.5 },
  days: `x${'h'.repeat(30)}`,
  outages: 1,
  longest_outage_s: 78_400,
  incidents: 1,
  checks: 44_640,
  p50_ms: 41.7,
  p95_ms: 120,
}
const REPORT = {
  month: '2026-10',
  tz: 'UTC',
  from: '2026-10-01T00:00:00Z',
  to: '2026-11-01T00:00:00Z',
  seconds: 2_678_400,
  complete: true,
  title: 'Acme',
  status_page_id: null,
  language: 'en',
  made_at: '2026-11-23T12:00:00Z',
  rules: ['Uptime is time.'],
  total: { ...times, uptime_percent: 97.072, amended: true, raw: SHOP.raw, services: 1, outages: 1 },
  services: [SHOP],
  incidents: [
    {
      id: '01900000-0000-7000-8000-00000000000a',
      title: 'Shop is down',
      severity: 'major',
      started_at: '2026-10-01T00:00:00Z',
      resolved_at: null,
      services: ['Shop'],
      services_total: 3,
    },
  ],
  incidents_total: 4,
} as unknown as ReportPublic
const PAGE = { id: '01900000-0000-7000-8000-00000000000b', title: 'Acme status' }

const open = (report: Partial<ReportPublic> = {}) => {
  answerAsAda()
  const asked: URL[] = []
  server.use(
    http.get(api(`/workspaces/${ACME.id}/status-pages`), () =>
      HttpResponse.json({ items: [PAGE], next_cursor: null }),
    ),
    http.get(api(`/workspaces/${ACME.id}/reports/:month`), ({ request }) => {
      asked.push(new URL(request.url))
      return HttpResponse.json({ ...REPORT, ...report })
    }),
  )
  return { ...openApp('/w/acme/reports?month=2026-10&zone=UTC'), asked }
}

beforeEach(signedOut)

test('a month is told service by service, with what was recorded beside what was corrected', async () => {
  open()
  const row = (await screen.findByRole('link', { name: 'Shop' })).closest('tr') as HTMLElement
  expect(row).toHaveTextContent('97.072%recorded: 96.500%')
  expect(row).toHaveTextContent('78,400 s')
  expect(within(row).getByRole('img', { name: 'Days: 1 with downtime' })).toBeVisible()
  expect(screen.getByText('still open')).toBeVisible()
  expect(screen.getByText(/and 2 more/)).toBeVisible()
  expect(screen.getByText('and 3 more')).toBeVisible()
  expect(screen.getByText('Uptime is time.')).toBeVisible()
})

test.each([
  ['the latest month that is over', 1, REPORT.total],
  [
    'the present one where nobody watched then',
    0,
    { ...REPORT.total, healthy_s: 0, degraded_s: 0, down_s: 0, maintenance_s: 0 },
  ],
])('without a month in the address it opens on %s', async (_, back, total) => {
  const months = lastMonths(Date.now(), 'UTC')
  const { router } = open()
  server.use(
    http.get(api(`/workspaces/${ACME.id}/reports/:month`), ({ params }) =>
      HttpResponse.json({ ...REPORT, total: params.month === months[1] ? total : REPORT.total }),
    ),
  )
  await router.navigate({ to: '/w/$workspace/reports', params: { workspace: 'acme' }, search: {} })
  await waitFor(() => expect(screen.getByRole('combobox', { name: 'Month' })).toHaveValue(months[back]))
  expect(await screen.findByRole('link', { name: 'Shop' })).toBeVisible()
})

test('the month of a page is asked for by its own calendar', async () => {
  const { user, asked, router } = open()
  await screen.findByRole('option', { name: 'Acme status' })
  await user.selectOptions(screen.getByRole('combobox', { name: 'Of what' }), 'Acme status')
  await expect.poll(() => asked.at(-1)?.searchParams.get('status_page_id')).toBe(PAGE.id)
  expect(asked.at(-1)?.searchParams.has('tz')).toBe(false)
  expect(router.state.location.search).toEqual({ month: '2026-10', page: PAGE.id })
})

test('a file is saved under its month, and what the server refuses is said', async () => {
  const { user, asked } = open({ complete: false, services: [], incidents: [] })
  expect(await screen.findByText('No services')).toBeVisible()
  expect(screen.getByText(/This month is not over/)).toBeVisible()
  const saved: string[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download)
  })
  URL.createObjectURL = () => 'blob:x'
  URL.revokeObjectURL = () => undefined
  await user.click(screen.getByRole('button', { name: 'Save as PDF' }))
  await expect.poll(() => saved).toEqual(['healther-2026-10.pdf'])
  expect(asked.at(-1)?.pathname).toMatch(/2026-10\.pdf$/)
  server.use(
    http.get(api(`/workspaces/${ACME.id}/reports/:month`), () =>
      problem(422, 'A report has 5000 services at most.'),
    ),
  )
  await user.click(screen.getByRole('button', { name: 'Save as CSV' }))
  expect(await screen.findByText('A report has 5000 services at most.')).toBeVisible()
})

test('months go back across years, in the calendar of the zone', () => {
  const newYear = Date.parse('2026-12-31T23:30:00Z')
  expect(lastMonths(newYear, 'UTC').slice(0, 2)).toEqual(['2026-12', '2026-11'])
  expect(lastMonths(newYear, 'Europe/Berlin').slice(0, 3)).toEqual(['2027-01', '2026-12', '2026-11'])
  expect(parseReportsSearch({ month: '2026-13', page: 'x', zone: '<' })).toEqual({})
})
