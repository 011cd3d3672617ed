import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import type { OverviewPublic } from '@/client/types.gen'
import { TabPrefix } from '@/components/page'
import { useFailureWords } from '@/lib/failure-words'
import { overviewQuery, worstOf } from '@/lib/overview'
import { useLive, type StateNews } from '@/lib/use-live'
import { useWorkspace } from '@/lib/workspace'
import { useFavicon } from './favicon'

/** Follows the workspace: says when a service goes down or comes back, and shows the worst state in the tab. */
export function LiveWorkspace({ children }: { children: ReactNode }) {
  const { t } = useTranslation('shell')
  const { t: common } = useTranslation()
  const failure = useFailureWords()
  const { id, slug } = useWorkspace()
  const navigate = useNavigate()
  const onChange = useCallback(
    ({ id: watcherId, name, from, to, reason, message }: StateNews) => {
      if (from === 'pending' || to === 'unknown') return
      const title = t('live.changed', { name, state: common(`state.${to}`) })
      const options = {
        id: `state-${watcherId}`,
        description: failure(reason, message) ?? undefined,
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
    [t, common, failure, slug, navigate],
  )
  useLive(id, onChange)
  const { data: counts = {} } = useQuery({ ...overviewQuery(id), select: countsOf })
  const worst = worstOf(counts)
  useFavicon(worst)
  const needsALook = worst === 'down' || worst === 'degraded' || worst === 'unknown'
  const prefix = needsALook ? `${t(`tab.${worst}`, { count: counts[worst] ?? 0 })} · ` : ''
  return <TabPrefix value={prefix}>{children}</TabPrefix>
}

const countsOf = ({ counts }: OverviewPublic) => counts
