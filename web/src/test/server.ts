import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'

/** The API of a component test; each test says what it answers. */
export const server = setupServer()

export const api = (path: string) => `${location.origin}/api/v1${path}`

/** An access token, as every way of signing in answers it. */
export const TOKEN = { access_token: 'token-1', token_type: 'bearer', expires_in: 3600 } as const

/** A refusal as the API sends it. */
export function problem(
  status: number,
  detail: string,
  more: object = {},
  headers: Record<string, string> = {},
) {
  return HttpResponse.json(
    { type: '/problems/test', title: 'Refused', status, detail, ...more },
    { status, headers: { 'Content-Type': 'application/problem+json', ...headers } },
  )
}

export { http, HttpResponse }
