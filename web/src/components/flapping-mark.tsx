import { Waves } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'

/** Changes its state too often to be believed: beside its state, with a shape and a word of its own. */
export function FlappingMark({
  look = 'plain',
  className,
}: {
  look?: 'plain' | 'shape'
  className?: string
}) {
  const { t } = useTranslation()
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5 font-medium whitespace-nowrap text-degraded-fg',
        className,
      )}
    >
      <Waves aria-hidden strokeWidth={2.25} className="size-4 shrink-0 text-degraded-solid" />
      <span className={look === 'shape' ? 'sr-only' : undefined}>{t('flapping')}</span>
    </span>
  )
}
