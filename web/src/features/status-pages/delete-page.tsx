import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { statusPagesDelete } from '@/client/sdk.gen'
import type { StatusPagePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { useWorkspace } from '@/lib/workspace'
import { pagesKey } from '@/lib/status-pages'

/** The end of a page. */
export function DeletePage({ page, onGone }: { page: StatusPagePublic; onGone: () => void }) {
  const { t } = useTranslation('statusPages')
  const { id } = useWorkspace()
  const queryClient = useQueryClient()
  const [asking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: () => statusPagesDelete({ path: { workspace_id: id, page_id: page.id }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async () => {
      toast.success(t('delete.done', { title: page.title }))
      onGone()
      await queryClient.invalidateQueries({ queryKey: [...pagesKey(id), 'all'] })
    },
  })
  return (
    <div>
      <Button
        variant="ghost"
        className="text-down-fg"
        onClick={() => {
          end.reset()
          setAsking(true)
        }}
      >
        {t('delete.do')}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t('delete.ask', { title: page.title })}
        action={t('delete.do')}
        typed={page.slug}
        pending={end.isPending}
        problem={end.error}
        onConfirm={() => {
          end.mutate()
        }}
      >
        <p>{t('delete.text')}</p>
      </Confirm>
    </div>
  )
}
