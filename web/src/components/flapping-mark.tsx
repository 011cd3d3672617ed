import { Waves } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** Changes its state too often to be believed: beside its state, with a shape and a word of its own. */
export function FlappingMark({ look = 'plain' }: { look?: 'plain' | 'shape' }) {
  const { t } = useTranslation()
  return (
    <span className="inline-flex items-center gap-1.5 font-medium whitespace-nowrap text-degraded-fg">
      <Waves aria-hidden strokeWidth={2.25} className="size-4 shrink-0 text-degraded-solid" />
      <span className={look === 'shape' ? 'sr-only' : undefined}>{t('flapping')}</span>
    </span>
  )
}
