import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { workspacesUpdate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { CopyButton } from '@/components/copy-button'
import { Setting } from '@/components/setting'
import { useMay, useWorkspace } from '@/lib/workspace'
import { useWorkspaceCache } from './use-workspace-cache'

/** The public page of the workspace: whether there is one, and where. */
export function PublicSetting() {
  const { t } = useTranslation('workspace')
  const workspace = useWorkspace()
  const may = useMay('admin')
  const cache = useWorkspaceCache()
  const [asking, setAsking] = useState(false)
  const publish = useMutation({
    mutationFn: (is_public: boolean) =>
      workspacesUpdate({ path: { workspace_id: workspace.id }, body: { is_public }, throwOnError: true }),
    onSuccess: ({ data }) => {
      setAsking(false)
      cache.put(data)
      toast.success(data.is_public ? t('public.isOn') : t('public.isOff'))
    },
  })
  const address = `${location.origin}/status/${workspace.slug}`
  return (
    <Setting
      title={t('public.title')}
      text={t('public.text')}
      action={
        may && (
          <Button
            aria-disabled={publish.isPending}
            onClick={() => {
              if (workspace.is_public) setAsking(true)
              else if (!publish.isPending) publish.mutate(true)
            }}
          >
            {workspace.is_public ? t('public.off') : t('public.on')}
          </Button>
        )
      }
    >
      {workspace.is_public ? (
        <div className="flex min-w-0 items-center gap-2">
          <a
            href={address}
            target="_blank"
            rel="noreferrer"
            className="min-w-0 truncate text-accent-text underline underline-offset-4"
          >
            {address}
          </a>
          <CopyButton bare text={address} label={t('public.copy')} />
        </div>
      ) : (
        <p className="text-subtle">{t('public.none')}</p>
      )}
      <p className="text-subtle">
        {t('public.more')}{' '}
        <Link
          to="/w/$workspace/status-pages"
          params={{ workspace: workspace.slug }}
          className="text-accent-text underline underline-offset-4"
        >
          {t('public.pages')}
        </Link>
      </p>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t('public.offAsk')}
        action={t('public.off')}
        pending={publish.isPending}
        onConfirm={() => {
          publish.mutate(false)
        }}
      >
        <p>{t('public.offText', { address })}</p>
      </Confirm>
    </Setting>
  )
}
