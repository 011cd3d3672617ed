import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { overviewReadQueryKey } from '@/client/@tanstack/react-query.gen'
import type { OverviewPublic, OverviewWatcher } from '@/client/types.gen'
import { refreshIncidents } from './incident-cache'
import { followLive, type LiveStatus } from './live'
import { refreshWatcher, refreshWatchers } from './watcher-cache'
import { workspacesQuery } from './workspace'

/** A confirmed change of state, as the stream tells it. */
export interface StateNews {
  id: string
  name: string
  from: OverviewWatcher['state']
  to: OverviewWatcher['state']
  reason: string | null
  message: string | null
}

type Result = Pick<
  OverviewWatcher,
  | 'id'
  | 'state'
  | 'since'
  | 'last_checked_at'
  | 'last_response_time_ms'
  | 'last_reason'
  | 'last_message'
  | 'next_check_at'
  | 'certificate_not_after'
>

// Results of a second are drawn together, however many there are.
const TOGETHER_MS = 250
// What was asked for before the stream began may have been answered before, too; by then it is drawn.
const OVERTAKEN_MS = 1000

let status: LiveStatus = 'connecting'
const listeners = new Set<() => void>()

function setStatus(next: LiveStatus) {
  if (next === status) return
  status = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** How the live stream of the workspace is doing. */
export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(subscribe, () => status)
}

/** Whether the stream tells what happens: whoever asks on a clock may rest. */
export function useConnected(): boolean {
  const said = useLiveStatus()
  return said === 'live' || said === 'stale'
}

/** Keeps everything shown of a workspace up to date while the caller is mounted; `onChange` must stay the same. */
export function useLive(workspaceId: string, onChange: (news: StateNews) => void) {
  const queryClient = useQueryClient()
  useEffect(() => {
    const results = new Map<string, Result>()
    let timer: ReturnType<typeof setTimeout> | undefined
    let catchUp: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      patchOverview(queryClient, workspaceId, results)
      void refreshWatchers(queryClient, [...results.keys()])
      results.clear()
    }
    const stop = followLive(workspaceId, {
      onStatus: (next) => {
        setStatus(next)
        if (next === 'ended') void queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey })
      },
      onEvent: (event, data) => {
        if (event === 'result') {
          const result = data as Result
          results.set(result.id, { ...results.get(result.id), ...result })
          timer ??= setTimeout(flush, TOGETHER_MS)
        } else if (event === 'state') {
          onChange(data as StateNews)
          // An incident opens and ends in the transaction that changes a state.
          void refreshIncidents(queryClient, workspaceId)
        } else if (event === 'watcher') {
          void queryClient.invalidateQueries({ queryKey: keyOf(workspaceId) })
          void refreshWatcher(queryClient, (data as { id: string }).id)
        } else if (event === 'reset') {
          void queryClient.invalidateQueries()
        } else if (event === 'ready') {
          catchUp ??= setTimeout(refreshAll, OVERTAKEN_MS, queryClient, workspaceId)
        }
      },
    })
    return () => {
      clearTimeout(timer)
      clearTimeout(catchUp)
      stop()
    }
  }, [queryClient, workspaceId, onChange])
}

/** Asks anew for what may have been answered before the stream began: it does not tell what happened until then. */
function refreshAll(queryClient: QueryClient, workspaceId: string) {
  void refreshIncidents(queryClient, workspaceId)
  void queryClient.invalidateQueries({ queryKey: keyOf(workspaceId) })
  void refreshWatchers(queryClient)
}

const keyOf = (workspaceId: string) => overviewReadQueryKey({ path: { workspace_id: workspaceId } })

/** The overview with these results in it; rows that stay the same stay the same objects. */
export function withResults(overview: OverviewPublic, results: ReadonlyMap<string, Result>): OverviewPublic {
  const watchers = overview.watchers.map((watcher) => {
    const result = results.get(watcher.id)
    return result ? { ...watcher, ...result } : watcher
  })
  const counts: OverviewPublic['counts'] = {}
  for (const { state } of watchers) counts[state] = (counts[state] ?? 0) + 1
  return { ...overview, counts, watchers }
}

function patchOverview(queryClient: QueryClient, workspaceId: string, results: ReadonlyMap<string, Result>) {
  queryClient.setQueryData<OverviewPublic>(
    keyOf(workspaceId),
    (before) => before && withResults(before, results),
  )
}
