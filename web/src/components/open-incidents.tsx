import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/lib/format'
import { useIncidentTitle } from '@/lib/incident-words'
import { useOpenIncidents } from '@/lib/incidents'
import { useName } from '@/lib/use-name'
import { useNow } from '@/lib/use-now'
import { useWorkspace } from '@/lib/workspace'
import { IncidentMark, SeverityMark } from './incident-mark'

const MOST_SHOWN = 3

/** The incidents that are open now, of the workspace or of one watcher, each a link; nothing while there are none. */
export function OpenIncidents({ watcherId }: { watcherId?: string }) {
  const { t } = useTranslation('incidents')
  const { id, slug } = useWorkspace()
  const format = useFormat()
  const now = useNow(10_000)
  const title = useIncidentTitle()
  const name = useName()
  const { data: incidents = [] } = useOpenIncidents(id, watcherId)
  if (incidents.length === 0) return null
  return (
    <section
      aria-label={t('count', { count: incidents.length })}
      className="mb-4 rounded-lg border bg-surface"
    >
      <ul className="divide-y">
        {incidents.slice(0, MOST_SHOWN).map((incident) => (
          <li key={incident.id} className="relative flex items-center gap-3 px-4 py-2 hover:bg-hover">
            <IncidentMark incident={incident} look="shape" className="shrink-0" />
            <div className="grid min-w-0 flex-1 justify-items-start gap-x-3 gap-y-1 sm:flex sm:items-center">
              <Link
                to="/w/$workspace/incidents/$incidentId"
                params={{ workspace: slug, incidentId: incident.id }}
                title={title(incident)}
                className="line-clamp-2 font-medium wrap-anywhere after:absolute after:inset-0"
              >
                {title(incident)}
              </Link>
              <SeverityMark severity={incident.severity} />
            </div>
            <span className="hidden shrink-0 text-muted tabular lg:block">
              {t('openFor', { time: format.duration((now - Date.parse(incident.started_at)) / 1000) })}
              {' · '}
              {incident.acknowledged_by === null
                ? t('untaken')
                : t('takenBy', { name: name(incident.acknowledged_by) })}
            </span>
            <ChevronRight aria-hidden className="size-4 shrink-0 text-subtle" />
          </li>
        ))}
      </ul>
      {incidents.length > MOST_SHOWN && (
        <Link
          to="/w/$workspace/incidents"
          params={{ workspace: slug }}
          className="block border-t px-4 py-2 text-accent-text hover:underline"
        >
          {t('count', { count: incidents.length })}
        </Link>
      )}
    </section>
  )
}
