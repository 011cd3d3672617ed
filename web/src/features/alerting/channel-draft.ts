import type { ChannelKindPublic, ChannelPublic, QuietHours } from '@/client/types.gen'
import { fieldsOf, type SchemaField } from '@/components/schema-form/schema'
import { optionsToSend, shown, type OptionValue } from '@/components/schema-form/values'

/** The form of a channel. */
export interface ChannelDraft {
  name: string
  options: Record<string, OptionValue>
  quiet_hours: QuietHours[]
}

/** The fields of a kind: all of them are options. */
export const channelFields = ({ json_schema }: ChannelKindPublic) => fieldsOf(json_schema, [])

/** The form of a channel, or of a new one. */
export function draftOf(fields: SchemaField[], name: string, channel?: ChannelPublic): ChannelDraft {
  const options = fields.map(
    (field) => [field.key, shown(field, channel?.options[field.key] ?? field.fallback)] as const,
  )
  return {
    name: channel?.name ?? name,
    options: Object.fromEntries(options),
    quiet_hours: channel?.quiet_hours ?? [],
  }
}

/** What is sent of the kind's fields; of a saved channel, null for what was cleared. */
export const optionsOf = (fields: SchemaField[], draft: ChannelDraft, channel?: ChannelPublic) =>
  optionsToSend(fields, draft.options, channel?.options)
