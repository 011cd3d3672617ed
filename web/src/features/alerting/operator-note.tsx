import type { LucideIcon } from 'lucide-react'
import { Trans, useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'

const TONES = { down: 'bg-down-bg text-down-fg', degraded: 'bg-degraded-bg text-degraded-fg' }

interface Props {
  icon: LucideIcon
  tone: keyof typeof TONES
  says: 'keyNotice.some' | 'keyNotice.this' | 'mailNotice'
}

/** Says what only whoever runs this healther can put right; names of settings stand out. */
export function OperatorNote({ icon: Icon, tone, says }: Props) {
  const { t } = useTranslation('alerting')
  return (
    <div role="note" className={cn('mb-4 flex gap-2 rounded-md px-3 py-2', TONES[tone])}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p className="min-w-0 wrap-anywhere">
        <Trans t={t} i18nKey={says} components={{ code: <code className="font-mono text-xs" /> }} />
      </p>
    </div>
  )
}
