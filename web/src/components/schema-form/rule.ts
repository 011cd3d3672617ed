import { broken, type SchemaField } from './schema'
import type { SchemaTexts } from './use-schema-texts'
import { MASK, optionToSend, type OptionValue, type Pair } from './values'

/** What is wrong with the value of a field, in words, or undefined. */
export function wrongWith(field: SchemaField, value: OptionValue, { t, rule }: SchemaTexts) {
  // What is stored was right when it was stored.
  if (value === MASK) return undefined
  if (Array.isArray(value)) {
    const wrong = wrongPairs(value, t)
    if (wrong !== undefined) return wrong
  }
  const wrong = broken(field, optionToSend(field, value))
  return wrong && rule(wrong)
}

function wrongPairs(pairs: Pair[], t: SchemaTexts['t']): string | undefined {
  const seen = new Set<string>()
  for (const { name, value } of pairs) {
    const key = name.trim().toLowerCase()
    if (key === '' && value !== '') return t('rule.pairName')
    if (key !== '' && seen.has(key)) return t('rule.pairTwice', { name: name.trim() })
    seen.add(key)
  }
  return undefined
}
