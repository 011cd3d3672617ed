import type { CadenceUnit, ProbeTry, WatcherCreate, WatcherPublic } from '@/client/types.gen'
import { TOP_LEVEL, type SchemaField } from '@/components/schema-form/schema'
import { EMPTY, optionsToSend, shown, type OptionValue } from '@/components/schema-form/values'

/** The form: what one request has, every option there. Numbers left empty are NaN or null. */
export interface FormValues {
  kind: string
  url: string
  name: string
  expected_status: string
  expected_body: string
  options: Record<string, OptionValue>
  tags: string[]
  depends_on: string[]
  every_value: number
  every_unit: CadenceUnit
  timeout_ms: number
  failure_threshold: number
  recovery_threshold: number
  degraded_after_ms: number | null
  certificate_days: number
}

export const DEFAULTS = {
  every_value: 1,
  every_unit: 'minutes',
  timeout_ms: 10_000,
  failure_threshold: 2,
  recovery_threshold: 1,
  degraded_after_ms: null,
  certificate_days: 14,
} as const satisfies Partial<FormValues>

/** The form of a watcher, or of a new one. */
export function valuesOf(fields: SchemaField[], kind: string, watcher?: WatcherPublic): FormValues {
  const stored: Record<string, unknown> = watcher?.options ?? {}
  const options = fields
    .filter(({ key }) => !TOP_LEVEL.includes(key))
    .map((field) => [field.key, shown(field, stored[field.key] ?? field.fallback)] as const)
  const status = fields.find(({ key }) => key === 'expected_status')?.fallback
  return {
    ...DEFAULTS,
    ...(watcher && {
      every_value: watcher.every_value,
      every_unit: watcher.every_unit,
      timeout_ms: watcher.timeout_ms,
      failure_threshold: watcher.failure_threshold,
      recovery_threshold: watcher.recovery_threshold,
      degraded_after_ms: watcher.degraded_after_ms,
      certificate_days: watcher.certificate_days,
    }),
    kind,
    url: watcher?.url ?? '',
    name: watcher?.name ?? '',
    expected_status: watcher?.expected_status ?? (typeof status === 'string' ? status : ''),
    expected_body: watcher?.expected_body ?? '',
    tags: watcher?.tags ?? [],
    depends_on: watcher?.depends_on ?? [],
    options: Object.fromEntries(options),
  }
}

/** The same form for a copy: secrets are not copied, the API would not tell them. */
export function withoutSecrets(values: FormValues, fields: SchemaField[]): FormValues {
  const options = { ...values.options }
  for (const { key, secret, type } of fields) {
    const value = options[key]
    if (!secret) continue
    if (Array.isArray(value)) options[key] = value.map(({ name }) => ({ name, value: '' }))
    else options[key] = EMPTY[type]
  }
  return { ...values, options }
}

const optionFields = (values: FormValues, fields: SchemaField[]) =>
  fields.filter(({ key }) => key in values.options)

/** What a test sends; of a saved watcher, null for options that were cleared. */
export function probeOf(values: FormValues, fields: SchemaField[], watcher?: WatcherPublic): ProbeTry {
  return {
    kind: values.kind,
    url: fullUrl(values.url),
    expected_status: values.expected_status || undefined,
    expected_body: values.expected_body || null,
    options: optionsToSend(optionFields(values, fields), values.options, watcher?.options),
    degraded_after_ms: values.degraded_after_ms,
    certificate_days: values.certificate_days,
    timeout_ms: values.timeout_ms,
    ...(watcher && { watcher_id: watcher.id }),
  }
}

/** What saving a new watcher sends. */
export function watcherOf(values: FormValues, fields: SchemaField[]): WatcherCreate {
  return {
    ...probeOf(values, fields),
    name: values.name.trim() || nameFor(values.url),
    tags: values.tags,
    depends_on: values.depends_on,
    every_value: values.every_value,
    every_unit: values.every_unit,
    failure_threshold: values.failure_threshold,
    recovery_threshold: values.recovery_threshold,
  }
}

/** What saving a change sends: only what is not as it was, so that nobody else's edit is undone. */
export function changesOf(before: FormValues, after: FormValues, fields: SchemaField[]) {
  const old = watcherOf(before, fields)
  const { options: stored = {} } = old
  const options = changed(stored, optionsToSend(optionFields(after, fields), after.options, stored))
  const anyOption = Object.keys(options).length > 0
  return changed({ ...old }, { ...watcherOf(after, fields), options: anyOption ? options : stored })
}

const changed = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])),
  )

/** `https://` where somebody gave only a host. */
export function fullUrl(typed: string): string {
  const url = typed.trim()
  return url === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `https://${url}`
}

/** A name for what has none: the host, without `www.`. */
export function nameFor(url: string): string {
  const full = fullUrl(url)
  return URL.canParse(full) ? new URL(full).host.replace(/^www\./, '') : ''
}
