import { MailWarning } from 'lucide-react'
import { Trans, useTranslation } from 'react-i18next'

/** Says what the operator has to set before this healther can send mail by itself. */
export function MailNotice() {
  const { t } = useTranslation('alerting')
  return (
    <div role="note" className="mb-4 flex gap-2 rounded-md bg-degraded-bg px-3 py-2 text-degraded-fg">
      <MailWarning aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p className="min-w-0 wrap-anywhere">
        <Trans t={t} i18nKey="mailNotice" components={{ code: <code className="font-mono text-xs" /> }} />
      </p>
    </div>
  )
}
