import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import type { IncidentDetail } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Prose } from '@/components/prose'
import { Section } from '@/components/section'
import { useFormat } from '@/lib/format'
import { asProblem } from '@/lib/problem'
import { useMay } from '@/lib/workspace'
import { useIncident } from './use-incident'
import { WordsDialog } from './words-dialog'

/** Why it happened, for the workspace, and the post-mortem, for everybody once it is published. */
export function WriteUp({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const may = useMay('admin')
  const format = useFormat()
  const { change } = useIncident(incident.id)
  const [writing, setWriting] = useState<'root_cause' | 'post_mortem' | null>(null)
  const published = incident.post_mortem_published_at
  const words = (text: string) => t(text === '' ? 'writeUp.write' : 'writeUp.edit')
  const publish = (on: boolean) => {
    change.mutate(
      { post_mortem_published: on },
      {
        onSuccess: () => toast.success(t(on ? 'writeUp.isPublished' : 'writeUp.isTaken')),
        onError: (error) => toast.error(asProblem(error).message),
      },
    )
  }
  const edit = (what: 'root_cause' | 'post_mortem', name: string) =>
    may && (
      <Button aria-label={`${name}: ${words(incident[what])}`} onClick={() => setWriting(what)}>
        {words(incident[what])}
      </Button>
    )
  return (
    <>
      <Section title={t('writeUp.rootCause')} actions={edit('root_cause', t('writeUp.rootCause'))}>
        {incident.root_cause === '' ? (
          <p className="text-muted">{t('writeUp.noRootCause')}</p>
        ) : (
          <Prose html={incident.root_cause_html} />
        )}
      </Section>
      <Section
        title={t('writeUp.postMortem')}
        actions={
          <>
            {incident.post_mortem !== '' && (
              <span className="text-xs text-muted">
                {published === null
                  ? t('writeUp.draft')
                  : t('writeUp.published', { time: format.shortDateTime(published) })}
              </span>
            )}
            {may && incident.post_mortem !== '' && (
              <Button onClick={() => publish(published === null)}>
                {t(published === null ? 'writeUp.publish' : 'writeUp.unpublish')}
              </Button>
            )}
            {edit('post_mortem', t('writeUp.postMortem'))}
          </>
        }
      >
        {incident.post_mortem === '' ? (
          <p className="text-muted">{t('writeUp.noPostMortem')}</p>
        ) : (
          <Prose html={incident.post_mortem_html} />
        )}
      </Section>
      {writing && (
        <WordsDialog
          title={t(writing === 'root_cause' ? 'writeUp.rootCause' : 'writeUp.postMortem')}
          text={t(writing === 'root_cause' ? 'writeUp.rootCauseHint' : 'writeUp.postMortemHint')}
          label={t('templates.words')}
          action={common('save')}
          initial={incident[writing]}
          onClose={() => setWriting(null)}
          onSend={(body) => change.mutateAsync({ [writing]: body })}
        />
      )}
    </>
  )
}
