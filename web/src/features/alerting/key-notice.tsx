import { KeyRound } from 'lucide-react'
import { Trans, useTranslation } from 'react-i18next'

/** That secrets cannot be opened: the key that sealed them is not here. */
export function KeyNotice() {
  const { t } = useTranslation('alerting')
  return (
    <div role="note" className="mb-4 flex gap-2 rounded-md bg-down-bg px-3 py-2 text-down-fg">
      <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p className="min-w-0 wrap-anywhere">
        <Trans t={t} i18nKey="keyNotice" components={{ code: <code className="font-mono text-xs" /> }} />
      </p>
    </div>
  )
}
