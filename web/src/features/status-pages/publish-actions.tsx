import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { Published } from './page-row'

interface Props {
  page: StatusPagePublic
  dirty: boolean
  pending: boolean
  onPublish: (publish: boolean) => Promise<void>
}

/** Whether the page is published, the way to it, and the switch with its consequences. */
export function PublishActions({ page, dirty, pending, onPublish }: Props) {
  const { t } = useTranslation('statusPages')
  const [asking, setAsking] = useState(false)
  const { is_published, title, url } = page
  const services = page.sections.reduce((sum, { components }) => sum + components.length, 0)
  const confirm = async () => {
    await onPublish(!is_published)
    setAsking(false)
  }
  return (
    <>
      <Published is={is_published} />
      {is_published && (
        <Button asChild>
          <a href={url} target="_blank" rel="noreferrer">
            <ExternalLink aria-hidden />
            {t('open')}
          </a>
        </Button>
      )}
      <Button
        onClick={() => {
          setAsking(true)
        }}
      >
        {is_published ? t('unpublish') : t('publish')}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={is_published ? t('unpublishAsk', { title }) : t('publishAsk', { title })}
        action={is_published ? t('unpublish') : t('publish')}
        dangerous={is_published}
        pending={pending}
        onConfirm={() => void confirm()}
      >
        <p>
          {is_published
            ? t('unpublishText', { address: url })
            : t(`publishText.${page.access}`, { address: url })}{' '}
          {!is_published && t('publishServices', { count: services })} {dirty && t('publishDirty')}
        </p>
      </Confirm>
    </>
  )
}
