import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'
import { MOST_COUNTED, useOpenIncidents } from '@/lib/incidents'

interface Props {
  workspaceId: string
  className?: string
}

/** How many incidents are open, beside the place's name; nothing while there are none. */
export function IncidentCount({ workspaceId, className }: Props) {
  const { t } = useTranslation('incidents')
  const { data = [] } = useOpenIncidents(workspaceId)
  if (data.length === 0) return null
  const many = data.length > MOST_COUNTED
  const isDown = data.some(({ impact }) => impact === 'down')
  return (
    <span
      className={cn(
        'min-w-5 rounded-full px-1.5 text-center text-xs font-medium tabular',
        isDown ? 'bg-down-bg text-down-fg' : 'bg-degraded-bg text-degraded-fg',
        className,
      )}
    >
      <span aria-hidden>{many ? `${MOST_COUNTED}+` : data.length}</span>
      <span className="sr-only">
        {many ? t('manyOpen', { count: MOST_COUNTED }) : t('count', { count: data.length })}
      </span>
    </span>
  )
}
