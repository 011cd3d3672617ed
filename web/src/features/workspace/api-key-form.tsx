import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { apiKeysCreate } from '@/client/sdk.gen'
import type { ApiKeyMade, ApiKeyScope } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { apiKeysQuery } from './api-keys-query'

const SCOPES: ApiKeyScope[] = ['read', 'write']
const DAYS = [30, 90, 365] as const
const EMPTY: { name: string; scope: ApiKeyScope; expires_in_days: string } = {
  name: '',
  scope: 'read',
  expires_in_days: '90',
}

/** Asks what a new key is for, then shows it, once. */
export function ApiKeyForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('apiKeys')
  const [made, setMade] = useState<ApiKeyMade>()
  return (
    <Dialog open onOpenChange={onClose} title={made ? t('made', { name: made.name }) : t('new')}>
      {made ? <Once made={made} onClose={onClose} /> : <Questions onMade={setMade} onClose={onClose} />}
    </Dialog>
  )
}

function Questions({ onMade, onClose }: { onMade: (made: ApiKeyMade) => void; onClose: () => void }) {
  const { t } = useTranslation('apiKeys')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const form = useProblemForm(EMPTY)
  const { errors, isSubmitting } = form.formState
  const send = form.submit(async ({ name, scope, expires_in_days }) => {
    const days = expires_in_days === '' ? null : Number(expires_in_days)
    const { data } = await apiKeysCreate({
      path: { workspace_id },
      body: { name, scope, expires_in_days: days },
      throwOnError: true,
    })
    onMade(data)
    await queryClient.invalidateQueries({ queryKey: apiKeysQuery(workspace_id).queryKey })
  })
  return (
    <form noValidate className="mt-4 grid gap-4" onSubmit={send}>
      <ProblemNotice problem={form.problem} />
      <Field label={t('name')} error={errors.name?.message}>
        {(ids) => (
          <Input
            {...ids}
            {...form.register('name', { required: common('required') })}
            autoComplete="off"
            placeholder={t('example')}
          />
        )}
      </Field>
      <Field label={t('scope')} hint={t(`means.${form.watch('scope')}`)} error={errors.scope?.message}>
        {(ids) => (
          <Select {...ids} {...form.register('scope')}>
            {SCOPES.map((scope) => (
              <option key={scope} value={scope}>
                {t(`scopes.${scope}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('lives')} error={errors.expires_in_days?.message}>
        {(ids) => (
          <Select {...ids} {...form.register('expires_in_days')}>
            {DAYS.map((days) => (
              <option key={days} value={days}>
                {days === 365 ? t('year') : t('days', { count: days })}
              </option>
            ))}
            <option value="">{t('never')}</option>
          </Select>
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button type="submit" variant="primary" aria-disabled={isSubmitting}>
          {t('create')}
        </Button>
      </div>
    </form>
  )
}

function Once({ made, onClose }: { made: ApiKeyMade; onClose: () => void }) {
  const { t } = useTranslation('apiKeys')
  const shown = useRef<HTMLInputElement>(null)
  useEffect(() => {
    shown.current?.focus()
  }, [])
  return (
    <div className="mt-4 grid gap-4">
      <p role="status">{t('once')}</p>
      <Field label={t('key')}>
        {(ids) => (
          <Input
            {...ids}
            ref={shown}
            value={made.key}
            readOnly
            className="font-mono text-xs"
            onFocus={({ target }) => {
              target.select()
            }}
          />
        )}
      </Field>
      <div className="flex flex-wrap justify-end gap-2">
        <CopyButton text={made.key} label={t('copy')} />
        <Button variant="primary" onClick={onClose}>
          {t('done')}
        </Button>
      </div>
    </div>
  )
}
