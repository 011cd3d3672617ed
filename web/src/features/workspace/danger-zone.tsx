import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { workspacesDelete } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { Setting } from '@/components/setting'
import { useMay, useWorkspace } from '@/lib/workspace'
import { useWorkspaceCache } from './use-workspace-cache'

/** The end of a workspace; owners only. */
export function DangerZone() {
  const { t } = useTranslation('workspace')
  const workspace = useWorkspace()
  const may = useMay('owner')
  const navigate = useNavigate()
  const cache = useWorkspaceCache()
  const [asking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: () => workspacesDelete({ path: { workspace_id: workspace.id }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async () => {
      toast.success(t('danger.deleted', { name: workspace.name }))
      cache.drop(workspace.id)
      await navigate({ to: '/' })
    },
  })
  if (!may) return null
  return (
    <Setting
      title={t('danger.title')}
      text={t('danger.text')}
      action={
        <Button
          variant="danger"
          onClick={() => {
            end.reset()
            setAsking(true)
          }}
        >
          {t('danger.do')}
        </Button>
      }
    >
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t('danger.ask', { name: workspace.name })}
        action={t('danger.do')}
        typed={workspace.slug}
        pending={end.isPending}
        problem={end.error}
        onConfirm={() => {
          end.mutate()
        }}
      >
        <p>{t('danger.text')}</p>
      </Confirm>
    </Setting>
  )
}
