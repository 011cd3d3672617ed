import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '@/components/page'
import { WatcherForm } from '@/features/editor/watcher-form'
import { watchersQuery } from '@/lib/watchers'
import { useWorkspace } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/watchers/new')({ component: NewWatcher })

function NewWatcher() {
  const { t } = useTranslation('editor')
  const { id, slug } = useWorkspace()
  const navigate = Route.useNavigate()
  const { data: watchers } = useQuery(watchersQuery(id))
  return (
    <Page title={watchers?.length === 0 ? t('first') : t('new')} width="narrow">
      <WatcherForm
        onDone={({ id: watcherId }) =>
          void navigate({ to: '/w/$workspace/watchers/$watcherId', params: { workspace: slug, watcherId } })
        }
      />
    </Page>
  )
}
