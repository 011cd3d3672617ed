import { useTranslation } from 'react-i18next'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import type { WatcherPublic } from '@/client/types.gen'
import { cn } from '@/lib/cn'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'
import { Section } from '@/components/section'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** How long the certificate lasts; nothing for a service without one. */
export function CertificateSection({ watcher }: { watcher: WatcherPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const now = useNow(MINUTE_MS)
  const { certificate_not_after, certificate_days } = watcher
  if (certificate_not_after === null) {
    if (!watcher.url.startsWith('https:')) return null
    return (
      <Section title={t('certificate.title')}>
        <p className="text-muted">{t('certificate.notSeen')}</p>
      </Section>
    )
  }
  const days = Math.floor((Date.parse(certificate_not_after) - now) / DAY_MS)
  const bad = days < certificate_days
  const Icon = bad ? ShieldAlert : ShieldCheck
  return (
    <Section title={t('certificate.title')}>
      <p
        className={cn(
          'flex items-center gap-2 text-lg font-semibold',
          bad && (days < 0 ? 'text-down-fg' : 'text-degraded-fg'),
        )}
      >
        <Icon aria-hidden className="size-5" />
        {days < 0 ? t('certificate.ended') : t('certificate.left', { count: days })}
      </p>
      <p className="mt-1 text-muted">
        {t('certificate.until', { time: format.dateTime(certificate_not_after) })}
      </p>
      <p className="mt-1 text-xs text-subtle">{t('certificate.warns', { count: certificate_days })}</p>
    </Section>
  )
}
