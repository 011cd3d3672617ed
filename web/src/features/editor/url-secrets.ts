const SECRET = new Set([
  ...['key', 'apikey', 'token', 'secret', 'password', 'passwd', 'pwd', 'pass'],
  ...['auth', 'credential', 'credentials', 'sig', 'signature'],
])

/** The name of the first parameter of an address that looks like a secret: `api_key`, `accessToken`. */
export function secretParameter(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const given = [...new URL(url).searchParams].filter(([, value]) => value !== '')
  return given.map(([name]) => name).find((name) => wordsOf(name).some((word) => SECRET.has(word)))
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
}
