import { infiniteQueryOptions, keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import {
  incidentsGet,
  incidentsList,
  incidentsMembers,
  incidentsTimeline,
  incidentsWhy,
} from '@/client/sdk.gen'
import type { IncidentsListData } from '@/client/types.gen'
import { incidentsKey } from './incident-cache'
import { useConnected } from './use-live'

/** What narrows a list of incidents. */
export type IncidentFilter = Pick<
  NonNullable<IncidentsListData['query']>,
  'status' | 'severity' | 'watcher_id' | 'from' | 'to'
>

const PAGE = 50
/** More than this many open ones are counted as "99+". */
export const MOST_COUNTED = 99

// The stream tells of states; what alerting decides and people do comes without it.
const CONNECTED_MS = 15_000
const REFRESH_MS = 5_000

/** Incidents, the latest first, a page at a time. */
export function incidentsQuery(workspace_id: string, filter: IncidentFilter) {
  return infiniteQueryOptions({
    queryKey: [...incidentsKey(workspace_id), 'list', filter],
    initialPageParam: null as string | null,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { ...filter, limit: PAGE, cursor }
      return (await incidentsList({ path: { workspace_id }, query, signal, throwOnError: true })).data
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? null,
  })
}

/** The incidents that are open now, the latest first; at most one more than are counted. */
export function openIncidentsQuery(workspace_id: string, watcher_id?: string) {
  return queryOptions({
    queryKey: [...incidentsKey(workspace_id), 'open', watcher_id ?? null],
    queryFn: async ({ signal }) => {
      const query = { status: 'open' as const, limit: MOST_COUNTED + 1, watcher_id }
      const { data } = await incidentsList({ path: { workspace_id }, query, signal, throwOnError: true })
      return data.items
    },
  })
}

/** The same, kept up to date while the caller is mounted. */
export function useOpenIncidents(workspaceId: string, watcherId?: string) {
  return useQuery({
    ...openIncidentsQuery(workspaceId, watcherId),
    enabled: workspaceId !== '',
    refetchInterval: useIncidentInterval(),
  })
}

/** How often incidents are asked for anew, ms. */
export function useIncidentInterval(): number {
  return useConnected() ? CONNECTED_MS : REFRESH_MS
}

/** One incident with everything people wrote about it. */
export function incidentQuery(workspace_id: string, incident_id: string) {
  return queryOptions({
    queryKey: [...incidentsKey(workspace_id), incident_id],
    queryFn: async ({ signal }) =>
      (await incidentsGet({ path: { workspace_id, incident_id }, signal, throwOnError: true })).data,
  })
}

/** Everything that happened in it, newest first, a page at a time. */
export function timelineQuery(workspace_id: string, incident_id: string) {
  return infiniteQueryOptions({
    queryKey: [...incidentsKey(workspace_id), incident_id, 'timeline'],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { limit: PAGE, cursor }
      const path = { workspace_id, incident_id }
      return (await incidentsTimeline({ path, query, signal, throwOnError: true })).data
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? null,
  })
}

/** The watchers it is about, by name, a page at a time. */
export function membersQuery(workspace_id: string, incident_id: string) {
  return infiniteQueryOptions({
    queryKey: [...incidentsKey(workspace_id), incident_id, 'members'],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { limit: PAGE, cursor }
      const path = { workspace_id, incident_id }
      return (await incidentsMembers({ path, query, signal, throwOnError: true })).data
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? null,
  })
}

/** Why somebody was told of it, or was not. */
export function whyQuery(workspace_id: string, incident_id: string) {
  return queryOptions({
    queryKey: [...incidentsKey(workspace_id), incident_id, 'why'],
    queryFn: async ({ signal }) =>
      (await incidentsWhy({ path: { workspace_id, incident_id }, signal, throwOnError: true })).data,
  })
}
