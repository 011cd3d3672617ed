import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '@/components/page'
import { PublicPage } from '@/features/status-pages/public-page'

export const Route = createFileRoute('/_app/w/$workspace/status-pages')({ component: StatusPages })

function StatusPages() {
  const { t } = useTranslation('statusPages')
  return (
    <Page title={t('title')} width="narrow">
      <PublicPage />
    </Page>
  )
}
