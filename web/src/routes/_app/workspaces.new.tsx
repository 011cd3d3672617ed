import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '@/components/page'
import { NewWorkspaceForm } from '@/features/workspace/new-workspace-form'

export const Route = createFileRoute('/_app/workspaces/new')({ component: NewWorkspace })

function NewWorkspace() {
  const { t } = useTranslation('workspace')
  const navigate = Route.useNavigate()
  return (
    <Page title={t('newTitle')} width="narrow">
      <NewWorkspaceForm onDone={(workspace) => navigate({ to: '/w/$workspace', params: { workspace } })} />
    </Page>
  )
}
