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

/** Whether what is shown is the present; quiet while it is. */
export function LiveStatus() {
  const { t } = useTranslation('shell')
  const online = useOnline()
  const status = useLiveStatus()
  const said = online ? status : 'ended'
  const Shape = SHAPE[said]
  return (
    <p
      role="status"
      className={cn(
        'flex items-center gap-2 px-3 py-1.5 text-xs',
        said === 'live' ? 'text-subtle' : said === 'connecting' ? 'text-muted' : 'text-degraded-fg',
      )}
    >
      <Shape aria-hidden className="size-3.5" />
      {t(`live.${online ? status : 'offline'}`)}
    </p>
  )
}
