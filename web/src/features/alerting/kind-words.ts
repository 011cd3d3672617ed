import { useTranslation } from 'react-i18next'
import type { ChannelKindPublic } from '@/client/types.gen'

/** What people ask for most comes first, the rest by name, the door to every other service last. */
const ORDER = ['email', 'slack', 'teams', 'webhook', 'telegram', 'discord', 'pagerduty', 'opsgenie']

export function inOrder(kinds: readonly ChannelKindPublic[]): ChannelKindPublic[] {
  const rank = ({ kind }: ChannelKindPublic) => {
    if (kind === 'apprise') return Infinity
    const at = ORDER.indexOf(kind)
    return at === -1 ? ORDER.length : at
  }
  return [...kinds].sort((one, other) => {
    const [first, second] = [rank(one), rank(other)]
    return first === second ? one.title.localeCompare(other.title) : first - second
  })
}

/** Kinds of channels and their fields in words: the API's own where the catalogue has none. */
export function useKindWords() {
  const { t, i18n } = useTranslation('alerting')
  const find = (key: string) =>
    i18n.getResource(i18n.resolvedLanguage ?? i18n.language, 'alerting', key) as string | undefined
  return {
    t,
    title: ({ kind, title }: Pick<ChannelKindPublic, 'kind' | 'title'>) =>
      find(`kinds.${kind}.title`) ?? title,
    about: ({ kind, description }: ChannelKindPublic) => find(`kinds.${kind}.about`) ?? description,
    field: (key: string) => find(`fields.${key}`),
  }
}
