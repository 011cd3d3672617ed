/** One wrong field of a request, e.g. `body.name`. */
export interface WrongField {
  where: string
  message: string
}

/** What the API refused (RFC 9457), that it could not be reached (`status` 0), or a fault of this app (-1). */
export class ProblemError extends Error {
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly fields: WrongField[]
  readonly requestId: string | undefined
  /** Seconds to wait before trying again, as the API said with a 429 or 503. */
  readonly retryAfterS: number | undefined

  constructor(status: number, body: unknown, retryAfter?: string | null, cause?: unknown) {
    const said = (typeof body === 'object' && body !== null ? body : {}) as Partial<{
      title: string
      detail: string
      errors: WrongField[]
      request_id: string
    }>
    super(said.detail ?? said.title ?? (cause instanceof Error ? cause.message : `HTTP ${String(status)}`), {
      cause,
    })
    this.name = 'ProblemError'
    this.status = status
    this.title = said.title ?? ''
    this.detail = said.detail
    this.fields = said.errors ?? []
    this.requestId = said.request_id
    const wait = Number(retryAfter)
    this.retryAfterS = retryAfter && Number.isFinite(wait) ? wait : undefined
  }

  /** Whether the request never got an answer. */
  get unreachable(): boolean {
    return this.status === 0
  }

  /** Whether the same request may succeed a moment later. */
  get passing(): boolean {
    return this.unreachable || this.status >= 500
  }
}

const FAULT = -1

/** `fetch`, whose failure to reach the server is a ProblemError; an aborted request stays an AbortError. */
export async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new ProblemError(0, undefined, null, error)
  }
}

/** Whatever was thrown, as a problem. */
export function asProblem(error: unknown, response?: Response): ProblemError {
  if (error instanceof ProblemError) return error
  if (!response) return new ProblemError(FAULT, undefined, null, error)
  return new ProblemError(response.status, error, response.headers.get('Retry-After'))
}
