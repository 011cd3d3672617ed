import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import {
  incidentsAcknowledge,
  incidentsReopen,
  incidentsResolve,
  incidentsUnacknowledge,
  incidentsUpdate,
} from '@/client/sdk.gen'
import type { IncidentUpdate } from '@/client/types.gen'
import { refreshIncidents } from '@/lib/incident-cache'
import { useWorkspace } from '@/lib/workspace'

/** What people do about an incident; everything that is shown of it follows. */
export function useIncident(incident_id: string) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const path = { workspace_id, incident_id }
  const refresh = () => refreshIncidents(queryClient, workspace_id)

  const take = useMutation({
    mutationFn: (on: boolean) =>
      (on ? incidentsAcknowledge : incidentsUnacknowledge)({ path, throwOnError: true }),
    onSuccess: async (_, on) => {
      toast.success(t(on ? 'do.acknowledged' : 'do.unacknowledged'), {
        id: `take-${incident_id}`,
        action: {
          label: common('undo'),
          onClick: () => {
            take.mutate(!on)
          },
        },
      })
      await refresh()
    },
    onError: refresh,
  })
  const close = useMutation({
    mutationFn: ({ resolve, body }: { resolve: boolean; body: string }) =>
      (resolve ? incidentsResolve : incidentsReopen)({ path, body: { body }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async (_, { resolve }) => {
      toast.success(t(resolve ? 'do.resolved' : 'do.reopened'))
      await refresh()
    },
  })
  const change = useMutation({
    mutationFn: (body: IncidentUpdate) => incidentsUpdate({ path, body, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: refresh,
  })
  return { take, close, change, refresh, path }
}
