import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleStop, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { maintenanceDelete, maintenanceEnd } from '@/client/sdk.gen'
import type { MaintenancePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { useWorkspace } from '@/lib/workspace'
import { maintenanceKey } from './queries'

/** End it now, or delete it. */
export function WindowActions({ window }: { window: MaintenancePublic }) {
  const { t } = useTranslation('maintenance')
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const [asking, setAsking] = useState<'end' | 'delete' | null>(null)
  const { title, rrule } = window
  const act = useMutation({
    mutationFn: async (what: 'end' | 'delete') => {
      const options = { path: { workspace_id, window_id: window.id }, throwOnError: true } as const
      if (what === 'end') await maintenanceEnd(options)
      else await maintenanceDelete(options)
    },
    meta: { quiet: true },
    onSuccess: async (_, what) => {
      setAsking(null)
      toast.success(t(what === 'end' ? 'end.done' : 'delete.done', { title }))
      await queryClient.invalidateQueries({ queryKey: maintenanceKey(workspace_id) })
    },
  })
  const ask = (what: 'end' | 'delete') => () => {
    act.reset()
    setAsking(what)
  }
  return (
    <div className="flex shrink-0 gap-1">
      {window.status === 'running' && (
        <Button aria-label={t('end.named', { title })} onClick={ask('end')}>
          <CircleStop aria-hidden />
          <span className="max-sm:sr-only">{t('end.do')}</span>
        </Button>
      )}
      <Button variant="ghost" size="icon" aria-label={t('delete.named', { title })} onClick={ask('delete')}>
        <Trash2 aria-hidden />
      </Button>
      <Confirm
        open={asking !== null}
        onOpenChange={() => {
          setAsking(null)
        }}
        title={t(asking === 'end' ? 'end.ask' : 'delete.ask', { title })}
        action={t(asking === 'end' ? 'end.do' : 'delete.do')}
        dangerous={asking === 'delete'}
        pending={act.isPending}
        problem={act.error}
        onConfirm={() => {
          if (asking) act.mutate(asking)
        }}
      >
        {asking === 'end' ? (
          <p>{t(rrule === null ? 'end.text' : 'end.textAgain')}</p>
        ) : (
          <p>{t('delete.text')}</p>
        )}
      </Confirm>
    </div>
  )
}
