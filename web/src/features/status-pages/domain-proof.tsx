import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { statusPagesDomainCheck } from '@/client/sdk.gen'
import type { DomainPublic, StatusPagePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'

interface Props {
  page: StatusPagePublic
  domain: DomainPublic
  onChecked: (page: StatusPagePublic) => Promise<void>
}

/** Whether the page is shown under its domain, why not, and a way to have DNS asked at once. */
export function DomainProof({ page, domain, onChecked }: Props) {
  const { t } = useTranslation('statusPages')
  const format = useFormat()
  const workspace = useWorkspace()
  const check = useMutation({
    mutationFn: async () => {
      const path = { workspace_id: workspace.id, page_id: page.id }
      const { data } = await statusPagesDomainCheck({ path, throwOnError: true })
      await onChecked(data)
    },
  })
  const { state, problem, checked_at, ends_at } = domain
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div role="status" className="min-w-0 flex-1 wrap-anywhere">
        <p>
          {t(`domain.proof.state.${state}`, {
            domain: page.custom_domain,
            at: ends_at && format.shortDateTime(ends_at),
          })}
        </p>
        {problem !== null && <p className="text-down-fg">{problem}</p>}
        {checked_at !== null && (
          <p className="text-subtle">{t('domain.proof.checked', { at: format.shortDateTime(checked_at) })}</p>
        )}
      </div>
      {state !== 'trusted' && (
        <Button
          aria-disabled={check.isPending}
          onClick={() => {
            if (!check.isPending) check.mutate()
          }}
        >
          {check.isPending ? t('domain.proof.checking') : t('domain.proof.checkNow')}
        </Button>
      )}
    </div>
  )
}
