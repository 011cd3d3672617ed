import { useMutation } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import type { ProbeSeen, ProbeTry } from '@/client/types.gen'
import { probeTry } from '@/client/sdk.gen'
import type { ProblemError } from '@/lib/problem'

/** Where a test stands, with what it asked. */
export type TestRun =
  | { at: 'idle' }
  | { at: 'running'; asked: ProbeTry }
  | { at: 'refused'; asked: ProbeTry; problem: ProblemError }
  | { at: 'done'; asked: ProbeTry; seen: ProbeSeen }

/** Runs a watcher's probe once, without saving anything; a new test ends the one before. */
export function useTest(workspaceId: string, onRefused: (problem: ProblemError) => void) {
  const abort = useRef<AbortController>(undefined)
  const { mutate, reset, ...run } = useMutation<ProbeSeen, ProblemError, ProbeTry>({
    mutationFn: async (body) => {
      abort.current = new AbortController()
      const { signal } = abort.current
      const { data } = await probeTry({
        path: { workspace_id: workspaceId },
        body,
        signal,
        throwOnError: true,
      })
      return data
    },
    meta: { quiet: true },
  })
  const start = useCallback(
    (body: ProbeTry) => {
      abort.current?.abort()
      mutate(body, { onError: onRefused })
    },
    [mutate, onRefused],
  )
  const stop = useCallback(() => {
    abort.current?.abort()
    reset()
  }, [reset])
  return { run: runOf(run), start, stop }
}

function runOf(run: {
  variables: ProbeTry | undefined
  data: ProbeSeen | undefined
  error: ProblemError | null
}): TestRun {
  const { variables: asked, data: seen, error: problem } = run
  if (!asked) return { at: 'idle' }
  if (problem) return { at: 'refused', asked, problem }
  return seen ? { at: 'done', asked, seen } : { at: 'running', asked }
}
