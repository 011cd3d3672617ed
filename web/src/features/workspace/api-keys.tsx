import { useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { apiKeysRevoke } from '@/client/sdk.gen'
import type { ApiKeyPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { ErrorView } from '@/components/error-view'
import { Setting } from '@/components/setting'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { useWorkspace } from '@/lib/workspace'
import { ApiKeyForm } from './api-key-form'
import { apiKeysQuery } from './api-keys-query'

/** How programs get into the workspace; for admins and owners. */
export function ApiKeys() {
  const { t } = useTranslation('apiKeys')
  const { id } = useWorkspace()
  const { data: keys, error, refetch } = useQuery(apiKeysQuery(id))
  const [making, setMaking] = useState(false)
  return (
    <Setting
      title={t('title')}
      text={t('text')}
      action={
        <Button
          onClick={() => {
            setMaking(true)
          }}
        >
          <Plus aria-hidden />
          {t('new')}
        </Button>
      }
    >
      {keys === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {keys === undefined && !error && <Skeleton className="h-11" />}
      {keys?.length === 0 && <p className="text-subtle">{t('none')}</p>}
      {keys && keys.length > 0 && (
        <ul aria-label={t('title')} className="-my-1 divide-y">
          {keys.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      )}
      {making && (
        <ApiKeyForm
          onClose={() => {
            setMaking(false)
          }}
        />
      )}
    </Setting>
  )
}

function ApiKeyRow({ apiKey }: { apiKey: ApiKeyPublic }) {
  const { t } = useTranslation('apiKeys')
  const { id: workspace_id } = useWorkspace()
  const { shortDateTime, day } = useFormat()
  const queryClient = useQueryClient()
  const { id: key_id, name, last_used_at, expires_at } = apiKey
  const revoke = async () => {
    await apiKeysRevoke({ path: { workspace_id, key_id }, throwOnError: true })
    toast.success(t('revoked', { name }))
    await queryClient.invalidateQueries({ queryKey: apiKeysQuery(workspace_id).queryKey })
  }
  const facts = [
    t('by', { name: apiKey.created_by }),
    last_used_at ? t('used', { at: shortDateTime(last_used_at) }) : t('unused'),
    !apiKey.works ? t('ended') : expires_at && t('expires', { at: day(expires_at.slice(0, 10)) }),
  ]
  return (
    <li className="flex items-center gap-3 py-2.5">
      <KeyRound aria-hidden className="size-4 shrink-0 text-subtle" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="truncate font-medium">{name}</span>
          <span className="text-muted">{t(`scopes.${apiKey.scope ?? 'unknown'}`)}</span>
          <code className="text-xs text-subtle">{apiKey.prefix}…</code>
        </p>
        <p className={apiKey.works ? 'text-subtle' : 'text-down-fg'}>{facts.filter(Boolean).join(' · ')}</p>
      </div>
      <ConfirmButton
        label={t('revokeDo')}
        icon={<Trash2 aria-hidden />}
        named={t('revoke', { name })}
        title={t('revokeAsk', { name })}
        onConfirm={revoke}
      >
        <p>{t('revokeText')}</p>
      </ConfirmButton>
    </li>
  )
}
