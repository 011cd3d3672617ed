import { useQuery } from '@tanstack/react-query'
import { Trans, useTranslation } from 'react-i18next'
import { useFormContext } from 'react-hook-form'
import { channelKindsListOptions } from '@/client/@tanstack/react-query.gen'
import type { StatusPagePublic } from '@/client/types.gen'
import { CheckField } from '@/components/check-field'
import { Setting } from '@/components/setting'
import type { Draft } from './draft'
import { SubscriberList } from './subscriber-list'

/** Whether people may subscribe, and who did. */
export function SubscribersFields({ page }: { page: StatusPagePublic }) {
  const { t } = useTranslation('statusPages')
  const { register } = useFormContext<Draft>()
  const mail = useQuery(channelKindsListOptions()).data?.mail_configured
  return (
    <Setting title={t('subscribers.heading')}>
      <CheckField label={t('subscribers.let')} hint={t('subscribers.letHint')} {...register('subscribers')} />
      {mail === false && (
        <p className="wrap-anywhere text-degraded-fg">
          <Trans
            t={t}
            i18nKey="subscribers.noMail"
            components={{ code: <code className="font-mono text-xs" /> }}
          />
        </p>
      )}
      <SubscriberList page={page} />
    </Setting>
  )
}
