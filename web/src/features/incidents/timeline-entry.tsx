import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentEntryPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Prose } from '@/components/prose'
import { ReasonText } from '@/components/reason-text'
import { useFormat } from '@/lib/format'
import { useMay } from '@/lib/workspace'
import { EditUpdate } from './edit-update'
import { EntryIcon } from './entry-icon'
import { useEntryDetails, useEntryWords } from './entry-words'

const WITH_REASON = ['detected', 'worsened', 'improved', 'unknown']
/** What people said, and may put in other words. */
export const SAID = ['update', 'note', 'resolved', 'reopened']

/** One line of the timeline. */
export function TimelineEntry({ entry }: { entry: IncidentEntryPublic }) {
  const { t } = useTranslation('incidents')
  const words = useEntryWords()
  const details = useEntryDetails()
  const format = useFormat()
  const may = useMay('admin')
  const [editing, setEditing] = useState(false)
  const { kind, facts } = entry
  const isSaid = SAID.includes(kind) && entry.body !== ''
  const word = (fact: unknown) => (typeof fact === 'string' ? fact : null)
  return (
    <li className="relative flex gap-3 pb-4 not-last:before:absolute not-last:before:top-7 not-last:before:bottom-0 not-last:before:left-3.5 not-last:before:w-px not-last:before:bg-line">
      <EntryIcon entry={entry} />
      <div className="grid min-w-0 flex-1 gap-1 pt-0.5">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className={isSaid ? 'font-medium' : undefined}>{words(entry)}</span>
          <time dateTime={entry.at} className="shrink-0 text-xs text-subtle tabular">
            {format.dateTime(entry.at)}
          </time>
        </p>
        {WITH_REASON.includes(kind) && (
          <ReasonText reason={word(facts.reason)} message={word(facts.message)} />
        )}
        {details(entry, format.shortDateTime).map((each) => (
          <p key={each} className="break-words text-muted">
            {each}
          </p>
        ))}
        {isSaid && (
          <div className="mt-1 flex items-start justify-between gap-2 rounded-md bg-sunken px-3 py-2">
            <div>
              <Prose html={entry.body_html} />
              {entry.edited_at && (
                <p className="mt-1 text-xs text-subtle">
                  {t('update.edited', { time: format.shortDateTime(entry.edited_at) })}
                </p>
              )}
            </div>
            {may && (
              <Button
                variant="ghost"
                size="icon"
                className="-my-1 -mr-2"
                aria-label={`${t('update.edit')}: ${words(entry)}`}
                onClick={() => {
                  setEditing(true)
                }}
              >
                <Pencil aria-hidden />
              </Button>
            )}
          </div>
        )}
      </div>
      {editing && <EditUpdate entry={entry} onClose={() => setEditing(false)} />}
    </li>
  )
}
