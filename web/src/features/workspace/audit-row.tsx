import { useTranslation } from 'react-i18next'
import type { AuditEntryPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { useFormat } from '@/lib/format'
import { useName } from '@/lib/use-name'
import { isKnownAction, isKnownDetail } from './audit-actions'

const MOST_LISTED = 5
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/
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
  const name = useName()
  const { actor_id, action } = entry
  const actor = name(entry.actor)
  const object_name = entry.object_name === null ? null : name(entry.object_name)
  const details = Object.entries(entry.details)
    .filter(([key]) => !NOT_SHOWN.has(key))
    .map(([key, value]) => [key, said(value, format.dateTime)] as const)
    .filter(([, text]) => text !== '')
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
            {details.map(([key, text]) => (
              <div key={key} className="flex min-w-0 gap-1.5">
                <dt>{isKnownDetail(key) ? t(`detail.${key}`) : key}</dt>
                <dd className="min-w-0 wrap-anywhere text-muted">{text}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  )
}

/** A detail in a line, times as the reader writes them; empty for what says nothing. */
function said(value: unknown, dateTime: (iso: string) => string): string {
  if (Array.isArray(value)) {
    const more = value.length - MOST_LISTED
    const some = value.slice(0, MOST_LISTED).map((each) => said(each, dateTime))
    return some.join(', ') + (more > 0 ? ` … +${String(more)}` : '')
  }
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return JSON.stringify(value)
  return ISO.test(value) ? dateTime(value) : value
}
