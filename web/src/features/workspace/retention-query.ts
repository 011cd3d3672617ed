import { queryOptions } from '@tanstack/react-query'
import { retentionRead } from '@/client/sdk.gen'

/** How long a workspace keeps what. */
export function retentionQuery(workspace_id: string) {
  return queryOptions({
    queryKey: ['retention', workspace_id],
    queryFn: async ({ signal }) =>
      (await retentionRead({ path: { workspace_id }, signal, throwOnError: true })).data,
  })
}
