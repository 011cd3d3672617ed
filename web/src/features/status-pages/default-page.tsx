import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Share2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { workspacesUpdate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { Dialog } from '@/components/dialog'
import { watchersQuery } from '@/lib/watchers'
import { useMay, useWorkspace, workspacesQuery } from '@/lib/workspace'
import { PageRow } from './page-row'
import { Share } from './share'

/** The page every public workspace has: all its watchers under their own names. */
export function DefaultPage({ hidden }: { hidden: boolean }) {
  const { t } = useTranslation('statusPages')
  const workspace = useWorkspace()
  const may = useMay('admin')
  const queryClient = useQueryClient()
  const [open, setOpen] = useState<'off' | 'share' | null>(null)
  const publish = useMutation({
    mutationFn: (is_public: boolean) =>
      workspacesUpdate({ path: { workspace_id: workspace.id }, body: { is_public }, throwOnError: true }),
    onSuccess: async (_answer, is_public) => {
      setOpen(null)
      await queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey })
      toast.success(is_public ? t('published') : t('unpublished'))
    },
  })
  const { data: shown = [] } = useQuery({ ...watchersQuery(workspace.id), enabled: open === 'share' })
  // The id outlives every rename; a page of its own has keys.
  const watchers = shown.map(({ id, name }) => ({ key: id, name }))
  const address = `${location.origin}/status/${workspace.slug}`
  const close = (to: boolean) => {
    if (!to) setOpen(null)
  }
  return (
    <PageRow
      name={<span className="font-medium">{t('default.title')}</span>}
      text={hidden ? t('default.hidden') : t('default.text')}
      published={workspace.is_public}
      address={address}
    >
      {workspace.is_public && (
        <Button
          onClick={() => {
            setOpen('share')
          }}
        >
          <Share2 aria-hidden />
          {t('share.do')}
        </Button>
      )}
      {may && (
        <Button
          aria-disabled={publish.isPending}
          onClick={() => {
            if (workspace.is_public) setOpen('off')
            else if (!publish.isPending) publish.mutate(true)
          }}
        >
          {workspace.is_public ? t('unpublish') : t('publish')}
        </Button>
      )}
      <Confirm
        open={open === 'off'}
        onOpenChange={close}
        title={t('unpublishAsk', { title: workspace.name })}
        action={t('unpublish')}
        pending={publish.isPending}
        onConfirm={() => {
          publish.mutate(false)
        }}
      >
        <p>{t('unpublishText', { address })}</p>
      </Confirm>
      <Dialog open={open === 'share'} onOpenChange={close} title={t('share.title')} className="max-w-xl">
        <div className="mt-4">
          <Share title={workspace.name} url={address} slug={workspace.slug} components={watchers} />
        </div>
      </Dialog>
    </PageRow>
  )
}
