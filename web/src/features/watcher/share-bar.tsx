import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { PHASE_GROUND, type Share } from './phases'

/** Where the time went, as a bar and in words. */
export function ShareBar({ shares }: { shares: Share[] }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  return (
    <div>
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full">
        {shares.map(({ phase, share }) => (
          <span
            key={phase}
            className={cn('min-w-0.5', PHASE_GROUND[phase])}
            style={{ flexGrow: Math.max(share, 0.001), flexBasis: 0 }}
          />
        ))}
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs">
        {shares.map(({ phase, ms, share }) => (
          <li key={phase} className="flex items-center gap-1.5">
            <span aria-hidden className={cn('size-2 rounded-sm', PHASE_GROUND[phase])} />
            <span className="text-muted">{t(`phase.${phase}`)}</span>
            <span className="font-medium tabular">{format.milliseconds(ms)}</span>
            <span className="text-subtle tabular">{format.share(share)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
