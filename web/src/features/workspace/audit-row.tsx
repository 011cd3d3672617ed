import { useTranslation } from 'react-i18next'
import type { AuditEntryPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { useFormat } from '@/lib/format'
import { isKnownAction } from './audit-actions'

const MOST_LISTED = 5
// Ids are for machines: the names stand beside them.
const NOT_SHOWN = new Set(['ids'])

/** One row: who did what to which thing, when, and what more is known of it. */
export function AuditRow({
  entry,
  onPerson,
}: {
  entry: AuditEntryPublic
  onPerson: (person: string) => void
}) {
  const { t } = useTranslation('audit')
  const format = useFormat()
  const { actor, actor_id, action, object_name } = entry
  const details = Object.entries(entry.details).filter(([name, value]) => !NOT_SHOWN.has(name) && said(value))
  return (
    <li className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[11rem_1fr]">
      <time dateTime={entry.at} className="text-muted tabular">
        {format.dateTime(entry.at)}
      </time>
      <div className="min-w-0">
        <p className="wrap-anywhere">
          {actor_id === null ? (
            <span className="font-medium">{actor}</span>
          ) : (
            <Button
              variant="link"
              size="bare"
              className="inline whitespace-normal"
              title={t('onlyOf', { actor })}
              onClick={() => {
                onPerson(actor_id)
              }}
            >
              {actor}
            </Button>
          )}{' '}
          <span className="text-muted">
            {isKnownAction(action) ? t(`action.${action.replaceAll('.', '_') as 'member_add'}`) : action}
          </span>{' '}
          {object_name !== null && <span className="font-medium">{object_name}</span>}
        </p>
        {details.length > 0 && (
          <dl className="flex flex-wrap gap-x-4 text-subtle">
            {details.map(([name, value]) => (
              <div key={name} className="flex min-w-0 gap-1.5">
                <dt>{name}</dt>
                <dd className="min-w-0 wrap-anywhere text-muted">{said(value)}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  )
}

/** A detail in a line; empty for what says nothing. */
function said(value: unknown): string {
  if (Array.isArray(value)) {
    const more = value.length - MOST_LISTED
    return value.slice(0, MOST_LISTED).map(said).join(', ') + (more > 0 ? ` … +${String(more)}` : '')
  }
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
