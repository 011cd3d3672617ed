import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'

interface Props {
  page: StatusPagePublic
  picture: string | null
  className?: string
}

/** The logo: the one just sent, or as the published page serves it; in words where neither can be had. */
export function LogoPicture({ page, picture, className }: Props) {
  const { t } = useTranslation('statusPages')
  const source = picture ?? `/status/${page.slug}/logo?v=${Date.parse(page.updated_at)}`
  const [failed, setFailed] = useState<string | null>(null)
  const unseen = picture === null && (!page.is_published || page.access === 'password')
  if (unseen || failed === source) return <span className="text-xs text-subtle">{t('logo.kept')}</span>
  return (
    <img
      src={source}
      alt={t('logo.alt', { title: page.title })}
      className={className}
      onError={() => {
        setFailed(source)
      }}
    />
  )
}
