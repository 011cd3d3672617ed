import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import type { IncidentDetail } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { PageChoice } from '@/components/page-choice'
import { ProblemNotice } from '@/components/problem-notice'
import { Section } from '@/components/section'
import { useMay } from '@/lib/workspace'
import { useIncident } from './use-incident'

/** The status pages that tell of it. */
export function PagesPanel({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const may = useMay('admin')
  const { change } = useIncident(incident.id)
  const [chosen, setChosen] = useState<string[] | null>(null)
  const close = () => setChosen(null)
  return (
    <Section
      title={t('pages.title')}
      actions={
        may && (
          <Button
            aria-label={`${t('pages.title')}: ${t('pages.change')}`}
            onClick={() => setChosen(incident.pages.map(({ id }) => id))}
          >
            {t('pages.change')}
          </Button>
        )
      }
    >
      {incident.pages.length === 0 && <p className="text-muted">{t('pages.none')}</p>}
      <ul className="grid gap-1 empty:hidden">
        {incident.pages.map(({ id, title, slug }) => (
          <li key={id}>
            <a href={`/status/${slug}`} className="text-accent-text hover:underline">
              {title}
            </a>
          </li>
        ))}
      </ul>
      {chosen && (
        <Dialog open onOpenChange={close} title={t('pages.title')}>
          <form
            className="mt-4 grid gap-4"
            onSubmit={(event) => {
              event.preventDefault()
              change.mutate(
                { page_ids: chosen },
                {
                  onSuccess: () => {
                    toast.success(t('pages.saved'))
                    close()
                  },
                },
              )
            }}
          >
            <ProblemNotice problem={change.error} />
            <PageChoice legend={t('update.pages')} chosen={chosen} onChange={setChosen} />
            <div className="flex justify-end gap-2">
              <Button onClick={close}>{common('cancel')}</Button>
              <Button type="submit" variant="primary" aria-disabled={change.isPending}>
                {common('save')}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </Section>
  )
}
