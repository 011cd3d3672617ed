import { queryOptions } from '@tanstack/react-query'
import { apiKeysList } from '@/client/sdk.gen'
import { everyPage } from '@/lib/every-page'

/** The API keys of a workspace, by name; for admins and owners. */
export function apiKeysQuery(workspace_id: string) {
  return queryOptions({
    queryKey: ['api-keys', workspace_id],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        apiKeysList({ path: { workspace_id }, query: { cursor }, signal, throwOnError: true }),
      ),
  })
}
