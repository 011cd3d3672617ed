import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { Setting } from '@/components/setting'
import type { Draft } from './draft'
import { Preview } from './preview'

/** The page as it is being edited, beside the form. */
export function PreviewPanel({ page, logo }: { page: StatusPagePublic; logo: string | null }) {
  const { t } = useTranslation('statusPages')
  const draft = useFormContext<Draft>().watch()
  return (
    <Setting title={t('preview.title')} text={t('preview.text')}>
      <Preview draft={draft} page={page} logo={logo} />
    </Setting>
  )
}
