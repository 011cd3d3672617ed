import { useTranslation } from 'react-i18next'
import { Page } from '@/components/page'
import { useMay } from '@/lib/workspace'
import { ApiKeys } from './api-keys'
import { AuditLink } from './audit-link'
import { DangerZone } from './danger-zone'
import { GeneralForm } from './general-form'
import { Members } from './members'
import { PublicSetting } from './public-setting'
import { Retention } from './retention'
import { Tags } from './tags'
import { Templates } from './templates'

/** Everything about a workspace but its watchers. */
export function WorkspaceSettings() {
  const { t } = useTranslation('workspace')
  const may = useMay('admin')
  return (
    <Page title={t('settings')} width="narrow">
      <div className="grid grid-cols-1 gap-4">
        {!may && <p className="text-muted">{t('observer')}</p>}
        <GeneralForm />
        <PublicSetting />
        <Members />
        <Tags />
        <Templates />
        {may && <ApiKeys />}
        {may && <AuditLink />}
        <Retention />
        <DangerZone />
      </div>
    </Page>
  )
}
