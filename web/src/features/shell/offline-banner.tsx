import { WifiOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useOnline } from '@/lib/online'

/** Says that what is shown may be old while the browser has no network. */
export function OfflineBanner() {
  const { t } = useTranslation('shell')
  const online = useOnline()
  return (
    <div role="status">
      {!online && (
        <p className="flex items-center gap-2 bg-degraded-bg px-4 py-2 text-degraded-fg sm:px-6 lg:px-8">
          <WifiOff aria-hidden className="size-4" />
          {t('offline')}
        </p>
      )}
    </div>
  )
}
