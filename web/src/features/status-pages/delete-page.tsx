import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { statusPagesDelete } from '@/client/sdk.gen'
import type { StatusPagePublic } from '@/client/types.gen'
import { ConfirmButton } from '@/components/confirm-button'
import { useWorkspace } from '@/lib/workspace'
import { pagesKey } from '@/lib/status-pages'

/** The end of a page. */
export function DeletePage({ page, onGone }: { page: StatusPagePublic; onGone: () => void }) {
  const { t } = useTranslation('statusPages')
  const { id } = useWorkspace()
  const queryClient = useQueryClient()
  const end = async () => {
    await statusPagesDelete({ path: { workspace_id: id, page_id: page.id }, throwOnError: true })
    toast.success(t('delete.done', { title: page.title }))
    onGone()
    await queryClient.invalidateQueries({ queryKey: [...pagesKey(id), 'all'] })
  }
  return (
    <div>
      <ConfirmButton
        variant="ghost"
        className="text-down-fg"
        label={t('delete.do')}
        title={t('delete.ask', { title: page.title })}
        typed={page.slug}
        onConfirm={end}
      >
        <p>{t('delete.text')}</p>
      </ConfirmButton>
    </div>
  )
}
