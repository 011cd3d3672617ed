// Making a formatter costs far more than using it, and tables use one a cell.
const made = new Map<string, unknown>()

function cached<T>(kind: string, language: string, options: object, make: () => T): T {
  const key = `${kind} ${language} ${JSON.stringify(options)}`
  const found = made.get(key) as T | undefined
  if (found !== undefined) return found
  const fresh = make()
  made.set(key, fresh)
  return fresh
}

/** `Intl.NumberFormat`, made once. */
export function numberFormat(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return cached('number', language, options, () => new Intl.NumberFormat(language, options))
}

/** `Intl.DateTimeFormat`, made once. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cached('date', language, options, () => new Intl.DateTimeFormat(language, options))
}

/** How hours are written beside minutes, as where seconds follow: 8:05 AM where the day has 12 of them, otherwise 08:05. */
export function hourIn(language: string): 'numeric' | '2-digit' {
  return dateFormat(language, { timeStyle: 'short' }).resolvedOptions().hour12 ? 'numeric' : '2-digit'
}
