import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { watchersGetOptions } from '@/client/@tanstack/react-query.gen'
import { ObserverNotice } from '@/components/observer-notice'
import { Page } from '@/components/page'
import { Editor } from '@/features/editor/editor'
import { EditorSkeleton } from '@/features/editor/editor-skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/watchers/$watcherId/edit')({
  component: EditWatcher,
})

function EditWatcher() {
  const { t } = useTranslation('editor')
  const { watcherId } = Route.useParams()
  const { id: workspace_id, slug } = useWorkspace()
  const navigate = Route.useNavigate()
  const may = useMay('admin')
  const { data: watcher } = useSuspenseQuery(
    watchersGetOptions({ path: { workspace_id, watcher_id: watcherId } }),
  )
  if (!may) return <ObserverNotice />
  return (
    <Page title={t('edit', { name: watcher.name })}>
      <Suspense fallback={<EditorSkeleton />}>
        <Editor
          key={watcherId}
          watcher={watcher}
          onDone={() =>
            void navigate({
              to: '/w/$workspace/watchers/$watcherId',
              params: { workspace: slug, watcherId },
            })
          }
        />
      </Suspense>
    </Page>
  )
}
