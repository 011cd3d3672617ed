import { queryOptions } from '@tanstack/react-query'
import { membersList } from '@/client/sdk.gen'
import type { MemberPublic } from '@/client/types.gen'

/** Every member of a workspace, by email. */
export function membersQuery(workspaceId: string) {
  return queryOptions({
    queryKey: ['members', workspaceId],
    queryFn: async ({ signal }) => {
      const found: MemberPublic[] = []
      let cursor: string | undefined
      do {
        const { data } = await membersList({
          path: { workspace_id: workspaceId },
          query: { limit: 200, cursor },
          signal,
          throwOnError: true,
        })
        found.push(...data.items)
        cursor = data.next_cursor ?? undefined
      } while (cursor)
      return found
    },
  })
}
