import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { workspacesUpdate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { useMay, useWorkspace, workspacesQuery } from '@/lib/workspace'

/** The workspace's public page: its link, and the switch. */
export function PublicPage() {
  const { t } = useTranslation('statusPages')
  const workspace = useWorkspace()
  const may = useMay('admin')
  const queryClient = useQueryClient()
  const publish = useMutation({
    mutationFn: (is_public: boolean) =>
      workspacesUpdate({ path: { workspace_id: workspace.id }, body: { is_public }, throwOnError: true }),
    onSuccess: async (_answer, is_public) => {
      await queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey })
      toast.success(is_public ? t('published') : t('unpublished'))
    },
  })
  const address = `${location.origin}/status/${workspace.slug}`
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-5">
      <div className="min-w-0">
        <h2 className="font-semibold">{t('publicPage')}</h2>
        <p className="max-w-md text-muted">{t('text')}</p>
        {workspace.is_public && (
          <a
            href={address}
            className="mt-1 block truncate text-accent-text underline-offset-4 hover:underline"
          >
            {address}
          </a>
        )}
        {!may && <p className="mt-1 text-subtle">{t('onlyAdmins')}</p>}
      </div>
      {may && (
        <Button
          aria-disabled={publish.isPending}
          onClick={() => {
            publish.mutate(!workspace.is_public)
          }}
        >
          {workspace.is_public ? t('unpublish') : t('publish')}
        </Button>
      )}
    </Card>
  )
}
