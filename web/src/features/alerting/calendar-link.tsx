import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { rotationFeedCreate, rotationFeedDelete } from '@/client/sdk.gen'
import type { RotationPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { CopyButton } from '@/components/copy-button'
import { Section } from '@/components/section'
import { useWorkspace } from '@/lib/workspace'
import { alertingKey } from './queries'

/** The secret link to a rotation's calendar: made, shown once, ended. */
export function CalendarLink({ rotation }: { rotation: RotationPublic }) {
  const { t } = useTranslation('alerting')
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const path = { workspace_id, rotation_id: rotation.id }
  const refresh = () => queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
  const make = useMutation({
    mutationFn: async () => (await rotationFeedCreate({ path, throwOnError: true })).data.url,
    onSuccess: refresh,
  })
  const end = async () => {
    await rotationFeedDelete({ path, throwOnError: true })
    await refresh()
    make.reset()
    toast.success(t('feed.ended'))
  }
  return (
    <Section title={t('feed.title')}>
      <p className="mb-3 text-muted">{t(rotation.has_feed ? 'feed.has' : 'feed.text')}</p>
      {make.data !== undefined && (
        <div className="mb-3 grid justify-items-start gap-2">
          <code className="font-mono text-xs wrap-anywhere">{make.data}</code>
          <CopyButton text={make.data} label={t('feed.copy')} />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {make.data === undefined && (
          <Button
            aria-disabled={make.isPending}
            onClick={() => {
              if (!make.isPending) make.mutate()
            }}
          >
            {t('feed.make')}
          </Button>
        )}
        {rotation.has_feed && (
          <ConfirmButton
            variant="ghost"
            className="text-down-fg"
            label={t('feed.end')}
            title={t('feed.endAsk', { name: rotation.name })}
            onConfirm={end}
          >
            <p>{t('feed.endText')}</p>
          </ConfirmButton>
        )}
      </div>
    </Section>
  )
}
