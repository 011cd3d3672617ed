import { useTranslation } from 'react-i18next'
import type { Broken, SchemaField } from './schema'

const RULES = ['required', 'minLength', 'maxLength', 'minimum', 'maximum', 'maxProperties', 'type'] as const
const SECTIONS = ['request', 'authentication', 'connection'] as const

/** Texts looked up by what the API names: its own words stand in where the catalogue has none. */
export function useTexts() {
  const { t, i18n } = useTranslation('editor')
  const find = (key: string) =>
    i18n.getResource(i18n.resolvedLanguage ?? i18n.language, 'editor', key) as string | undefined
  return {
    t,
    title: (kind: string, { key, title }: SchemaField) => find(`fields.${kind}.${key}.title`) ?? title,
    description: (kind: string, { key, description }: SchemaField) =>
      find(`fields.${kind}.${key}.description`) ?? description,
    /** What to do about a reason; nothing for one this app does not know yet. */
    advice: (reason: string) => find(`advice.${reason}`),
    section: (id: string) => t(`section.${SECTIONS.find((each) => each === id) ?? 'other'}`),
    rule: ({ keyword, bound }: Broken) =>
      t(`rule.${RULES.find((each) => each === keyword) ?? 'other'}`, { bound }),
  }
}

export type Texts = ReturnType<typeof useTexts>
