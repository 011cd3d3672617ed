import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ListPlus, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { useMay, useWorkspace } from '@/lib/workspace'
import { AlertsFrame } from './alerts-frame'
import { Listing } from './listing'
import { MailNotice } from './mail-notice'
import { PolicyRow } from './policy-row'
import { policiesQuery, REFRESH_MS } from './queries'
import { useTargets } from './use-targets'

/** Who hears of what. */
export function PoliciesPage() {
  const { t } = useTranslation('alerting')
  const { id, slug } = useWorkspace()
  const may = useMay('admin')
  const targets = useTargets()
  const policies = useQuery({ ...policiesQuery(id), refetchInterval: REFRESH_MS })
  const add = may && (
    <Button asChild variant="primary">
      <Link to="/w/$workspace/alerts/policies/new" params={{ workspace: slug }}>
        <Plus aria-hidden />
        {t('addPolicy')}
      </Link>
    </Button>
  )
  return (
    <AlertsFrame part="policies" actions={policies.data?.length ? add : undefined}>
      {policies.data?.some((each) => each.enabled && targets.lacksMail(each)) && <MailNotice />}
      <Listing
        query={policies}
        label={t('parts.policies')}
        empty={
          <Empty icon={ListPlus} title={t('empty.policies')} action={add}>
            <p>{t('empty.policiesText')}</p>
          </Empty>
        }
      >
        {(policy) => <PolicyRow key={policy.id} policy={policy} targets={targets} />}
      </Listing>
    </AlertsFrame>
  )
}
