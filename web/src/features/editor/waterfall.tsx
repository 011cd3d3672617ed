import { useTranslation } from 'react-i18next'
import type { HopPublic, ProbeSeen } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { courseOf, longest, type Bar, type Phase } from './course'

// Whole class names, so that Tailwind finds them.
const GROUND: Record<Phase, string> = {
  dns_ms: 'bg-phase-dns',
  connect_ms: 'bg-phase-connect',
  tls_ms: 'bg-phase-tls',
  first_byte_ms: 'bg-phase-first-byte',
  transfer_ms: 'bg-phase-transfer',
}

/** Less is told as that. */
const SHORTEST_MS = 0.1

/** Where the time of a check went: a stair a request, on one scale; the same in numbers beside it. */
export function Waterfall({ seen }: { seen: ProbeSeen }) {
  const { t } = useTranslation('editor')
  const format = useFormat()
  const { requests, totalMs } = courseOf(seen.hops)
  const most = longest(seen.phases)
  const redirects = seen.hops.length - 1
  if (redirects < 1 && most === undefined) return null
  return (
    <section className="grid gap-3 p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="text-base font-semibold">{t('waterfall.title')}</h2>
        <p className="text-muted">
          {most === undefined
            ? t('waterfall.none')
            : t('waterfall.most', {
                phase: t(`phase.${most.phase}`),
                time: format.milliseconds(most.ms),
                total: format.milliseconds(totalMs),
              })}
          {redirects > 0 && ` ${t('waterfall.redirects', { count: redirects })}`}
        </p>
      </div>
      <ol className="grid gap-4">
        {seen.hops.map((hop, index) => (
          <li key={index} className="grid gap-1.5">
            <Asked hop={hop} />
            <Stair
              bars={requests[index] ?? []}
              totalMs={totalMs}
              label={t('waterfall.request', { number: index + 1 })}
            />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Asked({ hop }: { hop: HopPublic }) {
  const { t } = useTranslation('editor')
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      <span className="shrink-0 rounded-sm bg-hover px-1.5 font-mono text-xs tabular">
        {hop.status ?? t('waterfall.noStatus')}
      </span>
      <span className="min-w-0 font-mono text-xs break-all text-muted">{hop.url}</span>
    </div>
  )
}

function Stair({ bars, totalMs, label }: { bars: Bar[]; totalMs: number; label: string }) {
  const { t } = useTranslation('editor')
  const format = useFormat()
  if (bars.length === 0) return null
  const time = (ms: number) =>
    ms < SHORTEST_MS ? `< ${format.milliseconds(SHORTEST_MS)}` : format.milliseconds(ms)
  const percent = (ms: number) => `${(100 * ms) / (totalMs || 1)}%`
  return (
    <table aria-label={label} className="w-full table-fixed">
      <colgroup>
        <col className="w-24" />
        <col />
        <col className="w-20" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th>{t('waterfall.phase')}</th>
          <th>{t('waterfall.bar')}</th>
          <th>{t('waterfall.time')}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ phase, startMs, ms }) => (
          <tr key={phase}>
            <th scope="row" className="py-0.5 text-left font-normal text-muted">
              {t(`phase.${phase}`)}
            </th>
            <td className="py-0.5">
              <div aria-hidden className="relative h-2.5 rounded-sm bg-sunken">
                <div
                  className={`absolute inset-y-0 min-w-[3px] rounded-sm ${GROUND[phase]}`}
                  style={{ left: `min(${percent(startMs)}, 100% - 3px)`, width: percent(ms) }}
                />
              </div>
            </td>
            <td className="py-0.5 pl-3 text-right whitespace-nowrap tabular">{time(ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
