import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { maintenanceGet, maintenanceList, maintenancePreview } from '@/client/sdk.gen'
import type { MaintenanceWhen } from '@/client/types.gen'
import { everyPage } from '@/lib/every-page'

/** What every query about the workspace's maintenance begins with. */
export const maintenanceKey = (workspaceId: string) => ['maintenance', workspaceId] as const

/** Every window of a workspace, the latest made first. */
export function windowsQuery(workspace_id: string) {
  return queryOptions({
    queryKey: [...maintenanceKey(workspace_id), 'all'],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        maintenanceList({
          path: { workspace_id },
          query: { limit: 100, cursor },
          signal,
          throwOnError: true,
        }),
      ),
  })
}

/** One window. */
export function windowQuery(workspace_id: string, window_id: string) {
  return queryOptions({
    queryKey: [...maintenanceKey(workspace_id), window_id],
    // What is being edited does not change under the hands of the editor.
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) =>
      (await maintenanceGet({ path: { workspace_id, window_id }, signal, throwOnError: true })).data,
  })
}

/** When a window would be next. */
export function previewQuery(workspace_id: string, when: MaintenanceWhen | null) {
  return queryOptions({
    queryKey: [...maintenanceKey(workspace_id), 'preview', when],
    enabled: when !== null,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const body = when ?? { starts_at: '' }
      return (await maintenancePreview({ path: { workspace_id }, body, signal, throwOnError: true })).data
    },
  })
}
