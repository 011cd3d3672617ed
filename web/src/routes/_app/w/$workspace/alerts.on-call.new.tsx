import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ObserverNotice } from '@/components/observer-notice'
import { Page } from '@/components/page'
import { RotationForm } from '@/features/alerting/rotation-form'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/alerts/on-call/new')({ component: New })

function New() {
  const { t } = useTranslation('alerting')
  const { workspace } = Route.useParams()
  const navigate = Route.useNavigate()
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <Page title={t('addRotation')} width="narrow">
      <RotationForm
        onSaved={({ id: rotationId }) =>
          void navigate({ to: '/w/$workspace/alerts/on-call/$rotationId', params: { workspace, rotationId } })
        }
      />
    </Page>
  )
}
