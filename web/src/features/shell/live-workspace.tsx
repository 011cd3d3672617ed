import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { useLive, type StateNews } from '@/lib/use-live'
import { useWorkspace } from '@/lib/workspace'

/** Follows the workspace, and says when a service goes down or comes back. */
export function LiveWorkspace() {
  const { t } = useTranslation('shell')
  const { t: common } = useTranslation()
  const { id, slug } = useWorkspace()
  const navigate = useNavigate()
  const onChange = useCallback(
    ({ id: watcherId, name, from, to, message }: StateNews) => {
      if (from === 'pending' || to === 'unknown') return
      const title = t('live.changed', { name, state: common(`state.${to}`) })
      const options = {
        id: `state-${watcherId}`,
        description: message ?? undefined,
        action: {
          label: t('live.show'),
          onClick: () =>
            void navigate({
              to: '/w/$workspace/watchers/$watcherId',
              params: { workspace: slug, watcherId },
            }),
        },
      }
      if (to === 'healthy') toast.success(title, options)
      else if (to === 'down') toast.error(title, options)
      else toast.warning(title, options)
    },
    [t, common, slug, navigate],
  )
  useLive(id, onChange)
  return null
}
