import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { probeKindsListOptions } from '@/client/@tanstack/react-query.gen'
import { fieldsOf } from '@/components/schema-form/schema'
import { useSchemaTexts } from '@/components/schema-form/use-schema-texts'
import { MASK } from '@/components/schema-form/values'

/** The options of a watcher in words, named as the editor names them. */
export function useOptionWords(kind: string) {
  const { t } = useTranslation('watcher')
  const texts = useSchemaTexts()
  const { data: kinds } = useQuery({ ...probeKindsListOptions(), staleTime: Infinity })
  const fields = fieldsOf(kinds?.find((each) => each.kind === kind)?.json_schema ?? {})
  const wordOf = (value: unknown): string => {
    if (value === MASK) return t('configuration.secret')
    if (typeof value === 'boolean') return t(value ? 'configuration.yes' : 'configuration.no')
    if (Array.isArray(value)) return value.join(', ')
    if (typeof value === 'object' && value !== null) return Object.keys(value).join(', ')
    return String(value)
  }
  return (options: Record<string, unknown>) =>
    Object.entries(options)
      .filter(([, value]) => isSaid(value))
      .map(([key, value]) => {
        const field = fields.find((each) => each.key === key) ?? { key, title: key }
        return [texts.title(kind, field), wordOf(value)] as const
      })
}

function isSaid(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}
