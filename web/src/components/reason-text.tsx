import { useTranslation } from 'react-i18next'
import { asReason } from '@/lib/reasons'

interface Props {
  reason: string | null
  message: string | null
}

/** Why, in plain words, what to do about it, and what the check itself said. */
export function ReasonText({ reason, message }: Props) {
  const { t } = useTranslation('watcher')
  const { t: what } = useTranslation('reasons')
  const known = asReason(reason)
  if (!known && !message) return null
  return (
    <div className="grid max-w-prose gap-1">
      {known && (
        <p>
          <span className="font-medium">{what(known)}</span>{' '}
          <span className="text-muted">{t(`reason.${known}`)}</span>
        </p>
      )}
      {message && <p className="font-mono text-xs break-words text-muted">{message}</p>}
    </div>
  )
}
