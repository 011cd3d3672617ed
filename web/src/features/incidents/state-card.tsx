import { Link } from '@tanstack/react-router'
import { BellOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentPublic } from '@/client/types.gen'
import { IncidentMark, SeverityMark } from '@/components/incident-mark'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { becauseWords, flaps } from '@/lib/incident-words'
import { useName } from '@/lib/use-name'
import { useNow } from '@/lib/use-now'
import { useWorkspace } from '@/lib/workspace'

const GROUND: Record<IncidentPublic['impact'], string> = {
  none: 'bg-surface',
  degraded: 'border-degraded-solid/40 bg-degraded-bg',
  down: 'border-down-solid/40 bg-down-bg',
}
const CAUSES = ['host', 'address', 'certificate', 'zone', 'region'] as const

/** How it stands: how bad, for how long, how far people are, who is on it, and whether alerts are held. */
export function StateCard({ incident }: { incident: IncidentPublic }) {
  const { t } = useTranslation('incidents')
  const { slug } = useWorkspace()
  const name = useName()
  const format = useFormat()
  const now = useNow()
  const { impact, unwatched_s, resolved_at, merged_into_id, hold, started_at, detected_at, cause_kind } =
    incident
  const open = resolved_at === null
  const took = (Date.parse(resolved_at ?? new Date(now).toISOString()) - Date.parse(started_at)) / 1000
  const late = (Date.parse(detected_at) - Date.parse(started_at)) / 1000
  const cause = CAUSES.find((each) => each === cause_kind)
  return (
    <section
      aria-label={t('state.title')}
      className={cn(
        'rounded-lg border p-4 shadow-sm',
        open ? GROUND[flaps(incident) ? 'degraded' : impact] : 'bg-surface',
      )}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span role="status" className="contents">
          <IncidentMark incident={incident} className="text-lg [&_svg]:size-5" />
          {open && <span className="font-medium">{t(`stage.${incident.stage}`)}</span>}
        </span>
        <SeverityMark severity={incident.severity} />
        <span className="text-muted tabular">
          {t(open ? 'openFor' : 'lasted', { time: format.duration(took - unwatched_s) })}
          {unwatched_s > 0 && <>, {t('unwatched', { time: format.duration(unwatched_s) })}</>}
        </span>
      </div>
      {merged_into_id !== null && (
        <p className="mt-2">
          {t('state.wentInto')}{' '}
          <Link
            to="/w/$workspace/incidents/$incidentId"
            params={{ workspace: slug, incidentId: merged_into_id }}
            className="text-accent-text underline underline-offset-4"
          >
            {t('state.goThere')}
          </Link>
        </p>
      )}
      {hold && open && (
        <p className="mt-2 flex items-start gap-2">
          <BellOff aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {t(`hold.${hold}`)}{' '}
            {(hold === 'maintenance' || hold === 'parent') && (
              <span className="text-muted">
                {becauseWords(t, incident.hold_because, incident.hold_detail ?? '')}
              </span>
            )}
          </span>
        </p>
      )}
      <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-2 sm:flex sm:flex-wrap sm:gap-x-10">
        <Fact name={t('state.started')}>{format.dateTime(started_at)}</Fact>
        {resolved_at !== null && <Fact name={t('state.ended')}>{format.dateTime(resolved_at)}</Fact>}
        {incident.origin === 'automatic' && (
          <Fact name={t('state.detected')}>
            {late >= 1 ? t('state.took', { time: format.duration(late) }) : format.dateTime(detected_at)}
          </Fact>
        )}
        {(open || incident.acknowledged_by !== null) && (
          <Fact name={t('state.acknowledged')}>
            {incident.acknowledged_by === null ? t('state.nobody') : name(incident.acknowledged_by)}
          </Fact>
        )}
        <Fact name={t('state.origin')}>{t(`state.${incident.origin}`)}</Fact>
        {cause && <Fact name={t('state.cause')}>{t(`cause.${cause}`, { cause: incident.cause })}</Fact>}
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  )
}
