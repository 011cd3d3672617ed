import { useTranslation } from 'react-i18next'
import type { Impact, IncidentDetail, Severity } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { ImpactSelect, SeveritySelect } from './selects'
import { useIncident } from './use-incident'

interface Draft {
  title: string
  severity: Severity
  impacts: Impact[]
}

/** Title, severity, and what it means for each of the first services. */
export function EditIncident({ incident, onClose }: { incident: IncidentDetail; onClose: () => void }) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const { change } = useIncident(incident.id)
  const members = incident.watchers.items
  const form = useProblemForm<Draft>({
    title: incident.title,
    severity: incident.severity,
    impacts: members.map(({ impact }) => impact),
  })
  const { register, formState } = form
  const send = form.submit(async ({ title, severity, impacts }) => {
    const components = members.flatMap(({ watcher_id, impact: before }, index) => {
      const impact = impacts[index] ?? before
      return impact === before ? [] : [{ watcher_id, impact }]
    })
    await change.mutateAsync({ title, severity, ...(components.length > 0 ? { components } : {}) })
    onClose()
  })
  return (
    <Dialog open onOpenChange={onClose} title={t('edit.title')}>
      <form noValidate className="mt-4 grid gap-4" onSubmit={send}>
        <ProblemNotice problem={form.problem} />
        <Field label={t('edit.name')} error={formState.errors.title?.message}>
          {(ids) => <Input {...ids} {...register('title')} />}
        </Field>
        <Field label={t('state.severity')}>
          {(ids) => <SeveritySelect {...ids} {...register('severity')} />}
        </Field>
        {members.length > 0 && (
          <fieldset className="grid gap-2">
            <legend className="mb-1.5 font-medium">{t('edit.impacts')}</legend>
            {members.map(({ watcher_id, name }, index) => (
              <div key={watcher_id} className="flex items-center justify-between gap-3">
                <span className="truncate">{name}</span>
                <ImpactSelect
                  className="w-auto"
                  aria-label={t('new.impactOn', { name })}
                  {...register(`impacts.${index}`)}
                />
              </div>
            ))}
          </fieldset>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
            {common('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
