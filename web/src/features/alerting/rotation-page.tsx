import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { rotationsDelete } from '@/client/sdk.gen'
import { ConfirmButton } from '@/components/confirm-button'
import { ErrorView } from '@/components/error-view'
import { NotFound } from '@/components/not-found'
import { Page } from '@/components/page'
import { Section } from '@/components/section'
import { PageSkeleton } from '@/components/skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'
import { alertingKey, rotationsQuery } from './queries'
import type { Day } from './calendar-days'
import { CalendarLink } from './calendar-link'
import { Overrides } from './overrides'
import { RotationForm } from './rotation-form'
import { Schedule } from './schedule'

interface Props {
  rotationId: string
  onGone: () => void
}

/** A rotation: who is on call in the weeks to come, overrides, its calendar and its rules. */
export function RotationPage({ rotationId, onGone }: Props) {
  const { t } = useTranslation('alerting')
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const may = useMay('admin')
  const [picked, setPicked] = useState<Day | null>(null)
  const { data, error, refetch } = useQuery(rotationsQuery(workspace_id))
  const rotation = data?.find(({ id }) => id === rotationId)
  const path = { workspace_id, rotation_id: rotationId }
  const remove = async () => {
    await rotationsDelete({ path, throwOnError: true })
    toast.success(t('deleted', { name: rotation?.name }))
    onGone()
    await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
  }
  if (error && !data) return <ErrorView error={error} onRetry={() => void refetch()} />
  if (!data) return <PageSkeleton />
  if (!rotation) return <NotFound />
  return (
    <Page
      title={rotation.name}
      actions={
        may && (
          <ConfirmButton
            label={t('delete')}
            icon={<Trash2 aria-hidden />}
            title={t('deleteAsk', { name: rotation.name })}
            onConfirm={remove}
          >
            <p>{t('deleteRotationText')}</p>
          </ConfirmButton>
        )
      }
    >
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <div className="min-w-0 lg:col-span-2">
          <Schedule rotationId={rotationId} onPick={may ? setPicked : undefined} />
        </div>
        <div className="grid min-w-0 gap-4">
          <Overrides rotation={rotation} picked={picked} />
          {may && <CalendarLink rotation={rotation} />}
        </div>
        {may && (
          <Section title={t('rotation.rules')}>
            <RotationForm key={rotation.version} rotation={rotation} onSaved={() => void refetch()} />
          </Section>
        )}
      </div>
    </Page>
  )
}
