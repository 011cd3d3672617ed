import type { QueryClient } from '@tanstack/react-query'

/** What every query about the workspace's incidents begins with. */
export const incidentsKey = (workspaceId: string) => ['incidents', workspaceId] as const

/** Asks anew for everything that is shown of incidents. */
export function refreshIncidents(queryClient: QueryClient, workspaceId: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: incidentsKey(workspaceId) })
}
