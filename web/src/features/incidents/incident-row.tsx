import { Link } from '@tanstack/react-router'
import { BellOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { IncidentPublic } from '@/client/types.gen'
import { IncidentMark, SeverityMark } from '@/components/incident-mark'
import { useFormat } from '@/lib/format'
import { useIncidentTitle } from '@/lib/incident-words'
import { useName } from '@/lib/use-name'
import { useWorkspace } from '@/lib/workspace'

interface Props {
  incident: IncidentPublic
  now: number
}

/** An incident in a list: what, how bad, how many, who is on it, for how long. */
export function IncidentRow({ incident, now }: Props) {
  const { t } = useTranslation('incidents')
  const { slug } = useWorkspace()
  const format = useFormat()
  const title = useIncidentTitle()
  const name = useName()
  const { id, severity, stage, members, members_open, resolved_at, acknowledged_by } = incident
  const end = resolved_at === null ? now : Date.parse(resolved_at)
  const time = format.duration((end - Date.parse(incident.started_at)) / 1000 - incident.unwatched_s)
  const facts = [
    members > 1 && t('services', { count: members }),
    incident.origin === 'manual' && t('byHand'),
    resolved_at === null && members_open < members && t('stillOpen', { open: members_open, all: members }),
    resolved_at === null && t(`stage.${stage}`),
    resolved_at === null &&
      (acknowledged_by === null ? t('untaken') : t('takenBy', { name: name(acknowledged_by) })),
  ].filter((each) => each !== false)
  return (
    <li className="relative grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-3 px-4 py-2.5 focus-within:bg-hover hover:bg-hover sm:grid-cols-[auto_minmax(0,1fr)_auto]">
      <IncidentMark incident={incident} look="shape" className="pt-0.5" />
      <div>
        <p className="flex items-center gap-2">
          <Link
            to="/w/$workspace/incidents/$incidentId"
            params={{ workspace: slug, incidentId: id }}
            data-row
            className="line-clamp-2 min-w-0 font-medium wrap-anywhere after:absolute after:inset-0"
          >
            {title(incident)}
          </Link>
          <SeverityMark severity={severity} />
        </p>
        <p className="flex flex-wrap gap-x-1.5 text-muted">
          <span className="first-letter:uppercase">{facts.join(' · ')}</span>
          {incident.hold && resolved_at === null && (
            <span className="inline-flex items-center gap-1">
              <BellOff aria-hidden className="size-3.5" />
              {t(`hold.${incident.hold}`)}
            </span>
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-x-2 text-muted tabular max-sm:col-start-2 sm:block sm:text-right">
        <p className={resolved_at === null ? 'font-medium text-fg' : undefined}>
          {t(resolved_at === null ? 'openFor' : 'lasted', { time })}
        </p>
        <time dateTime={incident.started_at}>{format.shortDateTime(incident.started_at)}</time>
      </div>
    </li>
  )
}
