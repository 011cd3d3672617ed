import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { incidentsUpdateEdit } from '@/client/sdk.gen'
import type { IncidentEntryPublic } from '@/client/types.gen'
import { WordsDialog } from './words-dialog'
import { useIncident } from './use-incident'

/** Other words for an update; the timeline keeps those before. */
export function EditUpdate({ entry, onClose }: { entry: IncidentEntryPublic; onClose: () => void }) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const { incidentId = '' } = useParams({ strict: false })
  const { path, refresh } = useIncident(incidentId)
  return (
    <WordsDialog
      title={t('update.editTitle')}
      label={t('update.words')}
      action={common('save')}
      initial={entry.body}
      required={t('update.required')}
      onClose={onClose}
      onSend={async (body) => {
        await incidentsUpdateEdit({
          path: { ...path, entry_id: entry.id },
          body: { body },
          throwOnError: true,
        })
        await refresh()
      }}
    />
  )
}
