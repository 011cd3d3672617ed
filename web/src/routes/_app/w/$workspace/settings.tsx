import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '@/components/page'
import { NameForm } from '@/features/workspace/name-form'

export const Route = createFileRoute('/_app/w/$workspace/settings')({ component: Settings })

function Settings() {
  const { t } = useTranslation('workspace')
  return (
    <Page title={t('settings')} width="narrow">
      <NameForm />
    </Page>
  )
}
