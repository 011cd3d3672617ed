import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportPublic, ReportService } from '@/client/types.gen'
import { Wide } from '@/components/wide'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'

const STATES = ['healthy', 'degraded', 'down', 'unknown', 'maintenance'] as const
const DAY_LOOK: Record<string, string> = {
  x: 'bg-down-solid',
  d: 'bg-degraded-solid',
  h: 'bg-healthy-solid',
  m: 'bg-maintenance-solid',
  u: 'bg-unknown-solid/40',
}
const cell = 'px-2 py-2 align-top text-right whitespace-nowrap last:pr-4'

/** A row a service; its sections between them. */
export function ServicesTable({ report }: { report: ReportPublic }) {
  const { t } = useTranslation('reports')
  const headings = [
    t('uptime'),
    ...STATES.map((state) => t(`state.${state}`)),
    t('outages'),
    t('incidents'),
    t('response'),
  ]
  return (
    <Wide label={t('services')} className="rounded-b-lg">
      <table className="w-full border-t text-sm tabular">
        <thead>
          <tr className="border-b text-xs text-muted">
            <th scope="col" className="px-4 py-2 text-left font-medium">
              {t('service')}
            </th>
            {headings.map((heading) => (
              <th
                key={heading}
                scope="col"
                className="px-2 py-2 text-right font-medium whitespace-nowrap last:pr-4"
              >
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {report.services.map((service, index) => (
            <Fragment key={service.watcher_id}>
              {service.section !== '' && service.section !== report.services[index - 1]?.section && (
                <tr>
                  <th
                    scope="rowgroup"
                    colSpan={headings.length + 1}
                    className="bg-sunken px-4 py-1.5 text-left"
                  >
                    {service.section}
                  </th>
                </tr>
              )}
              <Row service={service} />
            </Fragment>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

function Row({ service }: { service: ReportService }) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  const { slug } = useWorkspace()
  const { p50_ms, p95_ms, raw } = service
  const percent = (value: number | null) => (value === null ? t('unknownUptime') : format.percent(value))
  return (
    <tr>
      <th scope="row" className="min-w-44 px-4 py-2 text-left align-top font-medium">
        <Link
          to="/w/$workspace/watchers/$watcherId"
          params={{ workspace: slug, watcherId: service.watcher_id }}
          className="wrap-anywhere underline-offset-4 hover:underline"
        >
          {service.name}
        </Link>
        <Days days={service.days} />
      </th>
      <td className={cell}>
        {percent(service.uptime_percent)}
        {raw && <Below>{t('recorded', { figure: percent(raw.uptime_percent) })}</Below>}
      </td>
      {STATES.map((state) => {
        const seconds = service[`${state}_s`]
        return (
          <td key={state} className={cell}>
            {seconds === 0 ? <Nothing /> : format.duration(seconds)}
            {seconds > 0 && <Below>{`${format.number(seconds)} s`}</Below>}
          </td>
        )
      })}
      <td className={cn(cell, 'min-w-24 whitespace-normal')}>
        {format.number(service.outages)}
        {service.outages > 0 && (
          <Below>{t('longest', { time: format.duration(service.longest_outage_s) })}</Below>
        )}
      </td>
      <td className={cell}>{format.number(service.incidents)}</td>
      <td className={cell}>
        {p50_ms === null || p95_ms === null ? (
          <Nothing />
        ) : (
          <>
            {format.milliseconds(p50_ms)}
            <Below>{format.milliseconds(p95_ms)}</Below>
          </>
        )}
      </td>
    </tr>
  )
}

/** A box a day, in the colour of its worst state; said in words beside it. */
function Days({ days }: { days: string }) {
  const { t } = useTranslation('reports')
  return (
    <span
      className="mt-1.5 flex gap-px"
      role="img"
      aria-label={t('days', { days: days.split('x').length - 1 })}
    >
      {Array.from(days, (day, index) => (
        <i key={index} className={`h-2.5 w-1 rounded-[1px] ${DAY_LOOK[day] ?? ''}`} />
      ))}
    </span>
  )
}

function Below({ children }: { children: string }) {
  return <span className="block text-xs text-subtle">{children}</span>
}

function Nothing() {
  const { t } = useTranslation('reports')
  return (
    <>
      <span aria-hidden className="text-subtle">
        –
      </span>
      <span className="sr-only">{t('none')}</span>
    </>
  )
}
