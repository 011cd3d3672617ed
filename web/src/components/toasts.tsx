import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { Toaster } from 'sonner'
import { useTheme } from '@/lib/theme'

const LOOK = {
  '--normal-bg': 'var(--surface)',
  '--normal-border': 'var(--line)',
  '--normal-text': 'var(--fg)',
  '--font': 'inherit',
} as CSSProperties

/**
 * Short news, in a corner. A pointer brings no focus here: once it goes on, Sonner gives it back to what had it before,
 * and so takes it from a menu that has just been opened, which closes.
 */
export function Toasts() {
  const { t } = useTranslation()
  return (
    <div
      role="presentation"
      className="contents"
      onMouseDown={(event) => {
        event.preventDefault()
      }}
    >
      <Toaster
        theme={useTheme()}
        style={LOOK}
        containerAriaLabel={t('notifications')}
        position="bottom-right"
        mobileOffset={{ bottom: '4.5rem' }}
      />
    </div>
  )
}
