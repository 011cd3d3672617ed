import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Notice } from '@/components/notice'
import { Setting } from '@/components/setting'
import { watchersQuery } from '@/lib/watchers'
import { useWorkspace } from '@/lib/workspace'
import { newSection, shownIds } from './arrange'
import type { Draft } from './draft'
import { SectionCard } from './section-card'
import { useArranging } from './use-arranging'

const MOST_SECTIONS = 50

/** What the page shows: sections, and watchers under public names, in the order of the page. */
export function SectionsField() {
  const { t } = useTranslation('statusPages')
  const { id } = useWorkspace()
  const { data: watchers = [] } = useQuery(watchersQuery(id))
  const { formState } = useFormContext<Draft>()
  const arranging = useArranging()
  const { sections, set, container, said } = arranging
  const shown = shownIds(sections)
  const wrong = formState.errors.sections
  return (
    <Setting title={t('sections.heading')} text={t('sections.text')}>
      {wrong?.message && <Notice>{wrong.message}</Notice>}
      <div ref={container} className="grid gap-4">
        {sections.map((section, at) => (
          <SectionCard
            key={section.uid}
            section={section}
            at={at}
            arranging={arranging}
            watchers={watchers}
            left={watchers.filter((watcher) => !shown.has(watcher.id))}
          />
        ))}
      </div>
      <p role="status" className="sr-only">
        {said}
      </p>
      {sections.length < MOST_SECTIONS && (
        <Button
          className="justify-self-start"
          onClick={() => {
            set([...sections, newSection('')])
          }}
        >
          <Plus aria-hidden />
          {t('sections.add')}
        </Button>
      )}
    </Setting>
  )
}
