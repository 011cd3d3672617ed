import { Validator, type Schema } from '@cfworker/json-schema'

/** One property of a kind's JSON schema, as the form needs it. */
export interface SchemaField {
  /** In the kind's model: `method`. */
  key: string
  /** In the form and in the API's errors: `options.method`, `expected_status`. */
  path: string
  type: 'line' | 'text' | 'number' | 'yes-no' | 'choice' | 'pairs' | 'list'
  title: string
  description: string
  example: string
  choices: string[]
  /** Write-only: comes back masked. */
  secret: boolean
  required: boolean
  /** What the server takes when nothing is sent; undefined = nothing. */
  fallback: unknown
  group: string | undefined
  advanced: boolean | undefined
  order: number | undefined
  schema: Schema
}

/** The fields of watchers that stand beside `options`. */
export const TOP_LEVEL = ['kind', 'url', 'expected_status', 'expected_body']
const MANY_CHARACTERS = 10_000

/** The properties of a kind's JSON schema, in its order; `topLevel` stand beside `options` in the API. */
export function fieldsOf(jsonSchema: Schema, topLevel: readonly string[] = TOP_LEVEL): SchemaField[] {
  const required = jsonSchema.required ?? []
  const properties = (jsonSchema.properties ?? {}) as Record<string, Schema>
  return Object.entries(properties)
    .filter(([key]) => key !== 'kind')
    .map(([key, property]) => {
      const schema = withoutNull(property)
      const examples = (property.examples ?? []) as unknown[]
      return {
        key,
        path: topLevel.includes(key) ? key : `options.${key}`,
        type: typeOf(schema),
        title: text(property.title) ?? key,
        description: text(property.description) ?? '',
        example: exampleOf(examples[0]),
        choices: ((schema.enum ?? []) as unknown[]).map(String),
        secret: property.writeOnly === true,
        required: required.includes(key),
        fallback: (property.default ?? undefined) as unknown,
        ...hints(property),
        schema,
      }
    })
}

/** How the API suggests to lay a property out; absent where it suggests nothing. */
function hints(property: Schema) {
  const ui = (property['x-ui'] ?? {}) as { group?: unknown; advanced?: unknown; order?: unknown }
  return {
    group: text(ui.group),
    advanced: typeof ui.advanced === 'boolean' ? ui.advanced : undefined,
    order: typeof ui.order === 'number' ? ui.order : undefined,
  }
}

/** Optional values are `anyOf [type, null]`: the form leaves null out instead of showing it. */
function withoutNull(property: Schema): Schema {
  const real = property.anyOf?.find((each) => each.type !== 'null')
  return real ?? property
}

function typeOf(schema: Schema): SchemaField['type'] {
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'yes-no'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'object') return 'pairs'
  if (schema.type === 'array') return 'list'
  return typeof schema.maxLength === 'number' && schema.maxLength > MANY_CHARACTERS ? 'text' : 'line'
}

/** One value of a list is example enough. */
function exampleOf(example: unknown): string {
  return text(Array.isArray(example) ? example[0] : example) ?? ''
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** What is wrong with a value: the keyword of JSON schema it breaks, and that keyword's bound. */
export interface Broken {
  keyword: string
  bound: string
}

/** The first rule of the field's schema that a value breaks. */
export function broken({ schema, required }: SchemaField, value: unknown): Broken | undefined {
  if (value === undefined) return required ? { keyword: 'required', bound: '' } : undefined
  const [error] = new Validator(schema, '2020-12').validate(value).errors
  return error && { keyword: error.keyword, bound: String(schema[error.keyword]) }
}
