import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { Page } from '@/components/page'
import { Setting } from '@/components/setting'
import { draftOf } from './draft'
import { Published } from './page-row'
import { Preview } from './preview'
import { SharePanel } from './share-panel'

/** What observers see of a status page: how it looks, and its link. */
export function ReadOnly({ page }: { page: StatusPagePublic }) {
  const { t } = useTranslation('statusPages')
  return (
    <Page title={page.title} width="narrow" actions={<Published is={page.is_published} />}>
      <div className="grid grid-cols-1 gap-4">
        <p className="text-muted">{t('observer')}</p>
        <Setting title={t('preview.title')}>
          <Preview draft={draftOf(page)} page={page} logo={null} />
        </Setting>
        <SharePanel page={page} />
      </div>
    </Page>
  )
}
