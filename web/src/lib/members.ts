import { queryOptions } from '@tanstack/react-query'
import { membersList } from '@/client/sdk.gen'
import { everyPage } from './every-page'

/** Every member of a workspace, by email. */
export function membersQuery(workspaceId: string) {
  return queryOptions({
    queryKey: ['members', workspaceId],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        membersList({
          path: { workspace_id: workspaceId },
          query: { limit: 200, cursor },
          signal,
          throwOnError: true,
        }),
      ),
  })
}
