import { useTranslation } from 'react-i18next'
import { useSchemaTexts } from '@/components/schema-form/use-schema-texts'

const SECTIONS = ['request', 'authentication', 'connection'] as const

/** Texts looked up by what the API names: its own words stand in where the catalogue has none. */
export function useTexts() {
  const { t } = useTranslation('editor')
  const texts = useSchemaTexts()
  return {
    ...texts,
    /** What to do about a reason; nothing for one this app does not know yet. */
    advice: (reason: string) => texts.find(`advice.${reason}`),
    section: (id: string) => t(`section.${SECTIONS.find((each) => each === id) ?? 'other'}`),
  }
}

export type Texts = ReturnType<typeof useTexts>
