import { queryOptions } from '@tanstack/react-query'
import { invitationsList } from '@/client/sdk.gen'
import { everyPage } from '@/lib/every-page'

/** The open invitations of a workspace, by email; for admins and owners. */
export function invitationsQuery(workspace_id: string) {
  return queryOptions({
    queryKey: ['invitations', workspace_id],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        invitationsList({ path: { workspace_id }, query: { cursor }, signal, throwOnError: true }),
      ),
  })
}
