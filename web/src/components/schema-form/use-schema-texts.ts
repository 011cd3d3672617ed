import { createContext, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import type { Broken, SchemaField } from './schema'

const RULES = ['required', 'minLength', 'maxLength', 'minimum', 'maximum', 'maxProperties', 'type'] as const

/** Looks up `<kind>.<key>.title` and the like in the catalogue of a feature; the editor's without one. */
export const FieldWords = createContext<((key: string) => string | undefined) | null>(null)

/** Texts of a form drawn from a schema: the API's own words stand in where the catalogue has none. */
export function useSchemaTexts() {
  const words = useContext(FieldWords)
  const { t, i18n } = useTranslation('editor')
  const find = (key: string) =>
    i18n.getResource(i18n.resolvedLanguage ?? i18n.language, 'editor', key) as string | undefined
  const ofField = words ?? ((key: string) => find(`fields.${key}`))
  return {
    t,
    find,
    title: (kind: string, { key, title }: Pick<SchemaField, 'key' | 'title'>) =>
      ofField(`${kind}.${key}.title`) ?? title,
    description: (kind: string, { key, description }: SchemaField) =>
      ofField(`${kind}.${key}.description`) ?? description,
    rule: ({ keyword, bound }: Broken) =>
      t(`rule.${RULES.find((each) => each === keyword) ?? 'other'}`, { bound }),
  }
}

export type SchemaTexts = ReturnType<typeof useSchemaTexts>
