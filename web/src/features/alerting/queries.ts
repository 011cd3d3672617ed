import { queryOptions } from '@tanstack/react-query'
import {
  alertPoliciesList,
  alertPoliciesPreview,
  channelKindsList,
  channelsList,
  deliveriesList,
  rotationOverridesList,
  rotationsList,
  rotationsSchedule,
} from '@/client/sdk.gen'
import type { PolicyCreate } from '@/client/types.gen'
import { everyPage } from '@/lib/every-page'

export const REFRESH_MS = 15_000
const DAY_MS = 86_400_000
const LATELY_MS = 7 * DAY_MS

/** What every query about who hears of what begins with. */
export const alertingKey = (workspaceId: string) => ['alerting', workspaceId] as const

/** The kinds of channel there are; they change with the server's version only. */
export const kindsQuery = queryOptions({
  queryKey: ['channel-kinds'],
  staleTime: Infinity,
  queryFn: async ({ signal }) => (await channelKindsList({ signal, throwOnError: true })).data,
})

/** Every channel of a workspace, by name. */
export function channelsQuery(workspace_id: string) {
  return queryOptions({
    queryKey: [...alertingKey(workspace_id), 'channels'],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        channelsList({ path: { workspace_id }, query: { limit: 100, cursor }, signal, throwOnError: true }),
      ),
  })
}

/** Every policy of a workspace, by name. */
export function policiesQuery(workspace_id: string) {
  return queryOptions({
    queryKey: [...alertingKey(workspace_id), 'policies'],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        alertPoliciesList({
          path: { workspace_id },
          query: { limit: 100, cursor },
          signal,
          throwOnError: true,
        }),
      ),
  })
}

/** Every rotation of a workspace, by name, with who is on call now. */
export function rotationsQuery(workspace_id: string) {
  return queryOptions({
    queryKey: [...alertingKey(workspace_id), 'rotations'],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        rotationsList({ path: { workspace_id }, query: { limit: 100, cursor }, signal, throwOnError: true }),
      ),
  })
}

/** Who is on call from one moment to another. */
export function scheduleQuery(workspace_id: string, rotation_id: string, from: string, to: string) {
  return queryOptions({
    queryKey: [...alertingKey(workspace_id), 'schedule', rotation_id, from, to],
    queryFn: async ({ signal }) => {
      const path = { workspace_id, rotation_id }
      return (await rotationsSchedule({ path, query: { from, to }, signal, throwOnError: true })).data.items
    },
  })
}

/** The overrides of a rotation that are not over. */
export function overridesQuery(workspace_id: string, rotation_id: string) {
  return queryOptions({
    queryKey: [...alertingKey(workspace_id), 'overrides', rotation_id],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        rotationOverridesList({
          path: { workspace_id, rotation_id },
          query: { cursor },
          signal,
          throwOnError: true,
        }),
      ),
  })
}

/** How many of the newest deliveries were given up within a week. */
export function deadQuery(workspace_id: string) {
  return queryOptions({
    queryKey: [...alertingKey(workspace_id), 'dead'],
    queryFn: async ({ signal }) => {
      const query = { state: 'dead', limit: 50 } as const
      const { data } = await deliveriesList({ path: { workspace_id }, query, signal, throwOnError: true })
      const since = Date.now() - LATELY_MS
      return data.items.filter(({ created_at }) => Date.parse(created_at) > since).length
    },
  })
}

/** What a policy would do. */
export function previewQuery(workspace_id: string, policy: PolicyCreate | null) {
  return queryOptions({
    queryKey: [...alertingKey(workspace_id), 'preview', policy],
    enabled: policy !== null,
    queryFn: async ({ signal }) => {
      const body = { policy: policy ?? { name: '', steps: [] } }
      return (await alertPoliciesPreview({ path: { workspace_id }, body, signal, throwOnError: true })).data
    },
  })
}
