import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { Page } from '@/components/page'
import { Skeleton } from '@/components/skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'
import { EditorForm } from './editor-form'
import { pageQuery } from './queries'
import { ReadOnly } from './read-only'

/** One status page: to be edited by those who may, to be shared by everyone. */
export function StatusPageEditor({ pageId, onGone }: { pageId: string; onGone: () => void }) {
  const { t } = useTranslation('statusPages')
  const { id } = useWorkspace()
  const may = useMay('admin')
  const { data: page, error, refetch } = useQuery(pageQuery(id, pageId))
  if (page) return may ? <EditorForm key={page.id} page={page} onGone={onGone} /> : <ReadOnly page={page} />
  return (
    <Page title={t('one')}>
      {error ? (
        <ErrorView error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="grid gap-4">
            <Skeleton className="h-80" />
            <Skeleton className="h-56" />
          </div>
          <Skeleton className="hidden h-96 xl:block" />
        </div>
      )}
    </Page>
  )
}
