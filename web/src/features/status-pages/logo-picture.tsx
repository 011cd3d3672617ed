import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { authorizedFetch } from '@/lib/session'
import { pagesKey } from '@/lib/status-pages'
import { useWorkspace } from '@/lib/workspace'
import { dataUrl } from './data-url'

interface Props {
  page: StatusPagePublic
  picture: string | null
  className?: string
}

/** The logo: the one just sent, or the one the page has, published or not; in words where it cannot be had. */
export function LogoPicture({ page, picture, className }: Props) {
  const { t } = useTranslation('statusPages')
  const { id: workspaceId } = useWorkspace()
  const path = `/api/v1/workspaces/${workspaceId}/status-pages/${page.id}/logo`
  const { data, isError } = useQuery({
    queryKey: [...pagesKey(workspaceId), page.id, 'logo', page.updated_at],
    enabled: picture === null,
    queryFn: async ({ signal }) => {
      const answer = await authorizedFetch(path, { signal })
      if (!answer.ok) throw new Error(`the logo was answered with ${answer.status}`)
      return dataUrl(await answer.blob())
    },
  })
  if (isError) return <span className="text-xs text-subtle">{t('logo.kept')}</span>
  const source = picture ?? data
  return source && <img src={source} alt={t('logo.alt', { title: page.title })} className={className} />
}
