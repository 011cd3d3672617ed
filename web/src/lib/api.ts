import { MutationCache, QueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { client } from '@/client/client.gen'
import { asProblem, type ProblemError } from './problem'

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ProblemError
    /** `quiet`: the caller shows its own errors. */
    mutationMeta: { quiet?: boolean }
  }
}

/** Every error the generated client throws is a ProblemError. */
export function setUpClient() {
  client.interceptors.error.use((error, response) => asProblem(error, response))
}

const MAX_RETRIES = 2

/** The cache of everything the API said. */
export function newQueryClient() {
  return new QueryClient({
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (!mutation.meta?.quiet) toast.error(asProblem(error).message)
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => asProblem(error).passing && failures < MAX_RETRIES,
      },
    },
  })
}
