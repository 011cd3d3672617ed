import { CircleCheck, Info } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { IncidentPublic, Severity } from '@/client/types.gen'
import { cn } from '@/lib/cn'
import { flaps } from '@/lib/incident-words'
import { FlappingMark } from './flapping-mark'
import { StateMark } from './state-mark'

interface Props {
  incident: Pick<IncidentPublic, 'impact' | 'hold' | 'resolved_at'>
  look?: 'plain' | 'shape'
  className?: string
}

/** What an incident means, or that it is over: a shape and a word, the colour on top. */
export function IncidentMark({ incident, look = 'plain', className }: Props) {
  const { t } = useTranslation('incidents')
  const { impact } = incident
  const resolved = incident.resolved_at !== null
  if (flaps(incident)) return <FlappingMark look={look} className={className} />
  if (!resolved && impact !== 'none') return <StateMark state={impact} look={look} className={className} />
  const Shape = resolved ? CircleCheck : Info
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5 font-medium whitespace-nowrap',
        resolved ? 'text-healthy-fg' : 'text-muted',
        className,
      )}
    >
      <Shape
        aria-hidden
        strokeWidth={2.25}
        className={cn('size-4 shrink-0', resolved && 'text-healthy-solid')}
      />
      <span className={look === 'shape' ? 'sr-only' : undefined}>
        {t(resolved ? 'stage.resolved' : 'impact.none')}
      </span>
    </span>
  )
}

const SEVERITY: Record<Severity, string> = {
  minor: 'text-muted',
  major: 'text-degraded-fg border-degraded-solid/40',
  critical: 'text-down-fg border-down-solid/40 bg-down-bg font-medium',
}

/** How bad a person, or the rule, says it is. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { t } = useTranslation('incidents')
  return (
    <span
      className={cn(
        'inline-flex shrink-0 items-center rounded-full border px-2 py-px text-xs',
        SEVERITY[severity],
      )}
    >
      {t(`severity.${severity}`)}
    </span>
  )
}
