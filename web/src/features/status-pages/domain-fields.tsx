import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Setting } from '@/components/setting'
import { DnsRecord } from './dns-record'
import { DomainProof } from './domain-proof'
import type { Draft } from './draft'

interface Props {
  page: StatusPagePublic
  /** What DNS said was written down. */
  onChecked: (page: StatusPagePublic) => Promise<void>
}

/** A domain of one's own, and what has to be done for it elsewhere. */
export function DomainFields({ page, onChecked }: Props) {
  const { t } = useTranslation('statusPages')
  const { register, watch, formState } = useFormContext<Draft>()
  const domain = watch('custom_domain').trim()
  const saved = page.domain !== null && domain === page.custom_domain
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
            <DnsRecord text={`${domain}. CNAME ${page.domain_target}.`} label={t('domain.copy')} />
          </li>
          {saved && page.domain && page.domain.state !== 'trusted' && (
            <li>
              {t('domain.proof.record')}
              <DnsRecord
                text={`${page.domain.record_name}. TXT "${page.domain.record_value}"`}
                label={t('domain.proof.copyRecord')}
              />
            </li>
          )}
          <li>{t('domain.proxy', { domain })}</li>
          <li>{t('domain.check', { domain })}</li>
        </ol>
      )}
      {domain !== '' &&
        (saved && page.domain ? (
          <DomainProof page={page} domain={page.domain} onChecked={onChecked} />
        ) : (
          <p className="text-muted">{t('domain.proof.unsaved')}</p>
        ))}
    </Setting>
  )
}
