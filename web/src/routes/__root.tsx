import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Toaster } from 'sonner'
import { useTheme } from '@/lib/theme'

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Root })

const TOAST_LOOK = {
  '--normal-bg': 'var(--surface)',
  '--normal-border': 'var(--line)',
  '--normal-text': 'var(--fg)',
  '--font': 'inherit',
} as React.CSSProperties

function Root() {
  const { t } = useTranslation()
  return (
    <>
      <Outlet />
      <Toaster
        theme={useTheme()}
        style={TOAST_LOOK}
        containerAriaLabel={t('notifications')}
        position="bottom-right"
        mobileOffset={{ bottom: '4.5rem' }}
      />
    </>
  )
}
