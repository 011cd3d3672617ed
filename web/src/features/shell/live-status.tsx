import { Radio, RotateCw, TriangleAlert, WifiOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'
import { useOnline } from '@/lib/online'
import { useLiveStatus } from '@/lib/use-live'

const SHAPE = {
  connecting: RotateCw,
  live: Radio,
  stale: TriangleAlert,
  reconnecting: RotateCw,
  ended: WifiOff,
}

/** Whether what is shown is the present; quiet while it is. Being offline is the banner's to say. */
export function LiveStatus({ className }: { className?: string }) {
  const { t } = useTranslation('shell')
  const online = useOnline()
  const status = useLiveStatus()
  const Shape = SHAPE[status]
  return (
    <p
      role="status"
      className={cn(
        'flex min-w-0 items-center gap-2 text-xs',
        status === 'live' ? 'text-subtle' : status === 'connecting' ? 'text-muted' : 'text-degraded-fg',
        className,
      )}
    >
      {online && (
        <>
          <Shape aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate">{t(`live.${status}`)}</span>
        </>
      )}
    </p>
  )
}
