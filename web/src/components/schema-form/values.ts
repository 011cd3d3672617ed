import type { SchemaField } from './schema'

/** What the API shows in the place of a secret; sent back, it keeps what is stored. */
export const MASK = '********'

export interface Pair {
  name: string
  value: string
}

export type OptionValue = string | number | boolean | Pair[] | null

/** What a control of each type holds when nothing is set. */
export const EMPTY = { line: '', text: '', list: '', choice: '', number: null, 'yes-no': false, pairs: [] }

/** A stored value as its control shows it. */
export function shown({ type }: SchemaField, value: unknown): OptionValue {
  if (value === undefined || value === null) return EMPTY[type]
  if (type === 'pairs') {
    return Object.entries(value as Record<string, string>).map(([name, each]) => ({ name, value: each }))
  }
  if (type === 'list') return (value as string[]).join(', ')
  return value as OptionValue
}

/** What is sent for an option; undefined = nothing, so that the server's default holds. */
export function optionToSend({ type, fallback }: SchemaField, value: OptionValue): unknown {
  if (value === null || value === '' || value === fallback || Number.isNaN(value)) return undefined
  if (type === 'list') return listOf(value as string)
  if (type !== 'pairs') return value
  const pairs = (value as Pair[]).filter((pair) => pair.name.trim() !== '' || pair.value !== '')
  if (pairs.length === 0) return undefined
  return Object.fromEntries(pairs.map(({ name, value: each }) => [name.trim(), each]))
}

/** What is sent of a form's options; null for one that is `stored` and is no longer: the server would keep it. */
export function optionsToSend(
  fields: SchemaField[],
  values: Record<string, OptionValue>,
  stored: Record<string, unknown> = {},
): Record<string, unknown> {
  const sent = fields
    .map((field) => [field.key, optionToSend(field, values[field.key] ?? null)] as const)
    .map(([key, value]) => [key, value === undefined && key in stored ? null : value] as const)
    .filter(([, value]) => value !== undefined)
  return Object.fromEntries(sent)
}

/** The texts between commas and line ends; undefined = none. */
function listOf(typed: string): string[] | undefined {
  const found = typed
    .split(/[,;\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return found.length > 0 ? found : undefined
}
