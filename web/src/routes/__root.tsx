import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Toaster } from 'sonner'
import { loadEveryText } from '@/lib/i18n'
import { useTheme } from '@/lib/theme'

// All that they say comes with the app itself.
const LIGHT: readonly (string | undefined)[] = ['/', '/sign-in', '/set-up', '/_app/w/$workspace/']

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  beforeLoad: async ({ matches }) => {
    if (!LIGHT.includes(matches.at(-1)?.routeId)) await loadEveryText()
  },
  component: Root,
})

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
