import type { SchemaField } from './schema'

/** Fields that stand together under a heading. */
export interface Group {
  id: string
  fields: SchemaField[]
}

export interface Layout {
  /** What is in sight. */
  basic: SchemaField[]
  /** What is folded away. */
  advanced: Group[]
}

const OTHER = 'other'

/** For schemas that say nothing of a layout. */
const USUAL: Record<string, string> = {
  method: 'request',
  headers: 'request',
  body: 'request',
  basic_username: 'authentication',
  basic_password: 'authentication',
  bearer_token: 'authentication',
  max_redirects: 'connection',
  verify_tls: 'connection',
  client_certificate: 'connection',
  client_key: 'connection',
  http2: 'connection',
  max_body_bytes: 'connection',
}

/** Where the fields of a kind go: as its schema says. The address has a place of its own. */
export function layoutOf(fields: SchemaField[]): Layout {
  const placed = fields
    .filter(({ path }) => path !== 'url')
    .sort((one, other) => (one.order ?? Infinity) - (other.order ?? Infinity) || 0)
  const groups = new Map<string, SchemaField[]>()
  for (const field of placed.filter(isAdvanced)) {
    const id = field.group ?? USUAL[field.key] ?? OTHER
    groups.set(id, [...(groups.get(id) ?? []), field])
  }
  return {
    basic: placed.filter((field) => !isAdvanced(field)),
    advanced: [...groups].map(([id, members]) => ({ id, fields: members })),
  }
}

const isAdvanced = ({ advanced, key }: SchemaField) => advanced ?? key in USUAL
