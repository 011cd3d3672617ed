import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { tagsListOptions } from '@/client/@tanstack/react-query.gen'
import { ErrorView } from '@/components/error-view'
import { Setting } from '@/components/setting'
import { Skeleton } from '@/components/skeleton'
import { useWorkspace } from '@/lib/workspace'
import { TagRow } from './tag-row'

/** The tags watchers have; they come and go with them. */
export function Tags() {
  const { t } = useTranslation('workspace')
  const { id } = useWorkspace()
  const { data: tags, error, refetch } = useQuery(tagsListOptions({ path: { workspace_id: id } }))
  return (
    <Setting title={t('tags.title')} text={t('tags.text')}>
      {tags === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {tags === undefined && !error && <Skeleton className="h-11" />}
      {tags?.length === 0 && <p className="text-subtle">{t('tags.none')}</p>}
      {tags && tags.length > 0 && (
        <ul aria-label={t('tags.title')} className="-my-1 divide-y">
          {tags.map((tag) => (
            <TagRow key={tag.name} tag={tag} others={tags.filter(({ name }) => name !== tag.name)} />
          ))}
        </ul>
      )}
    </Setting>
  )
}
