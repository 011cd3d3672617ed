import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { alertPoliciesDelete } from '@/client/sdk.gen'
import { ConfirmButton } from '@/components/confirm-button'
import { ErrorView } from '@/components/error-view'
import { NotFound } from '@/components/not-found'
import { Page } from '@/components/page'
import { PageSkeleton } from '@/components/skeleton'
import { useWorkspace } from '@/lib/workspace'
import { PolicyForm } from './policy-form'
import { alertingKey, policiesQuery } from './queries'
import { useTargets } from './use-targets'

interface Props {
  /** Left out: a new one. */
  policyId?: string
  onDone: () => void
}

/** A policy, to be made, changed or deleted. */
export function PolicyEditor({ policyId, onDone }: Props) {
  const { t } = useTranslation('alerting')
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const targets = useTargets()
  const { data, error, refetch } = useQuery({ ...policiesQuery(workspace_id), refetchOnWindowFocus: false })
  const policy = data?.find(({ id }) => id === policyId)
  const remove = async () => {
    await alertPoliciesDelete({ path: { workspace_id, policy_id: policyId ?? '' }, throwOnError: true })
    toast.success(t('deleted', { name: policy?.name }))
    onDone()
    await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
  }
  if (error && !data) return <ErrorView error={error} onRetry={() => void refetch()} />
  if (!data || !targets.loaded) return <PageSkeleton />
  if (policyId !== undefined && !policy) return <NotFound />
  return (
    <Page
      title={policy?.name ?? t('addPolicy')}
      actions={
        policy &&
        !policy.is_default && (
          <ConfirmButton
            label={t('delete')}
            icon={<Trash2 aria-hidden />}
            title={t('deleteAsk', { name: policy.name })}
            onConfirm={remove}
          >
            <p>{t('deletePolicyText')}</p>
          </ConfirmButton>
        )
      }
    >
      <PolicyForm policy={policy} targets={targets} onSaved={onDone} />
    </Page>
  )
}
