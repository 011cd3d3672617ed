import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { alertPoliciesDelete } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
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
  const [asking, setAsking] = useState(false)
  const targets = useTargets()
  const { data, error, refetch } = useQuery({ ...policiesQuery(workspace_id), refetchOnWindowFocus: false })
  const policy = data?.find(({ id }) => id === policyId)
  const remove = useMutation({
    mutationFn: () =>
      alertPoliciesDelete({ path: { workspace_id, policy_id: policyId ?? '' }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async () => {
      toast.success(t('deleted', { name: policy?.name }))
      onDone()
      await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
    },
  })
  if (error && !data) return <ErrorView error={error} onRetry={() => void refetch()} />
  if (!data || !targets.loaded) return <PageSkeleton />
  if (policyId !== undefined && !policy) return <NotFound />
  return (
    <Page
      title={policy?.name ?? t('addPolicy')}
      actions={
        policy &&
        !policy.is_default && (
          <Button
            onClick={() => {
              setAsking(true)
            }}
          >
            <Trash2 aria-hidden />
            {t('delete')}
          </Button>
        )
      }
    >
      <PolicyForm policy={policy} targets={targets} onSaved={onDone} />
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t('deleteAsk', { name: policy?.name })}
        action={t('delete')}
        pending={remove.isPending}
        problem={remove.error}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        <p>{t('deletePolicyText')}</p>
      </Confirm>
    </Page>
  )
}
