import { useTranslation } from 'react-i18next'

interface Covers {
  all_watchers: boolean
  tags: readonly string[]
  watcher_ids: readonly string[]
}

/** Which watchers something is about, in words. */
export function useCoversWords() {
  const { t } = useTranslation('maintenance')
  return ({ all_watchers, tags, watcher_ids }: Covers): string => {
    if (all_watchers) return t('covers.all')
    const parts = [
      ...tags.map((tag) => t('covers.tag', { tag })),
      ...(watcher_ids.length > 0 ? [t('covers.watchers', { count: watcher_ids.length })] : []),
    ]
    return parts.length > 0 ? parts.join(', ') : t('covers.nothing')
  }
}
