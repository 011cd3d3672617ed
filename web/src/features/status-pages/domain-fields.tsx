import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/components/copy-button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Setting } from '@/components/setting'
import type { Draft } from './draft'

/** A domain of one's own, and what has to be done for it elsewhere. */
export function DomainFields({ target }: { target: string }) {
  const { t } = useTranslation('statusPages')
  const { register, watch, formState } = useFormContext<Draft>()
  const domain = watch('custom_domain').trim()
  const record = `${domain}. CNAME ${target}.`
  return (
    <Setting title={t('domain.heading')} text={t('domain.text')}>
      <Field
        label={t('domain.label')}
        hint={t('domain.hint')}
        error={formState.errors.custom_domain?.message}
      >
        {(ids) => (
          <Input
            {...ids}
            {...register('custom_domain')}
            placeholder="status.example.org"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
      </Field>
      {domain !== '' && (
        <ol className="grid list-decimal gap-2 pl-5 text-muted">
          <li>
            {t('domain.dns')}
            <span className="mt-1 flex min-w-0 items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-3">
              <code className="min-w-0 flex-1 font-mono text-xs break-all">{record}</code>
              <CopyButton bare text={record} label={t('domain.copy')} />
            </span>
          </li>
          <li>{t('domain.proxy', { domain })}</li>
          <li>{t('domain.check', { domain })}</li>
        </ol>
      )}
    </Setting>
  )
}
