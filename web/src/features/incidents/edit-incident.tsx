import { useState } from 'react'
import { Controller } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { ComponentImpact, Impact, IncidentDetail, Severity } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useIncidentTitle } from '@/lib/incident-words'
import { messageIn, useProblemForm } from '@/lib/use-problem-form'
import { ImpactSelect, SeveritySelect } from './selects'
import { ServicesField } from './services-field'
import { useIncident } from './use-incident'

interface Draft {
  title: string
  severity: Severity
  impacts: Impact[]
  components: ComponentImpact[]
}

/** Title, severity, what it means for each of the first services, and for more that it is about. */
export function EditIncident({ incident, onClose }: { incident: IncidentDetail; onClose: () => void }) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const { change } = useIncident(incident.id)
  // As they were when it was opened: others may join meanwhile.
  const [members] = useState(incident.watchers.items)
  const [called] = useState(useIncidentTitle()(incident))
  const form = useProblemForm<Draft>({
    title: called,
    severity: incident.severity,
    impacts: members.map(({ impact }) => impact),
    components: [],
  })
  const { control, register, formState } = form
  const send = form.submit(async ({ title, severity, impacts, components: added }) => {
    const changed = members.flatMap(({ watcher_id, impact: before }, index) => {
      const impact = impacts[index] ?? before
      return impact === before ? [] : [{ watcher_id, impact }]
    })
    const components = [...changed, ...added]
    await change.mutateAsync({
      severity,
      // One of healther's own stays that, and goes on saying what is so, unless somebody gives it another.
      ...(title === called ? {} : { title }),
      ...(components.length > 0 ? { components } : {}),
    })
    onClose()
  })
  return (
    <Dialog open onOpenChange={onClose} title={t('edit.title')}>
      <form noValidate className="mt-4 grid gap-4" onSubmit={send}>
        <ProblemNotice problem={form.problem} />
        <Field label={t('edit.name')} error={formState.errors.title?.message}>
          {(ids) => <Input {...ids} {...register('title', { required: common('required') })} />}
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
        <Controller
          control={control}
          name="components"
          render={({ field, fieldState }) => (
            <ServicesField
              legend={t('edit.more')}
              error={messageIn(fieldState.error)}
              except={members.map(({ watcher_id }) => watcher_id)}
              value={field.value}
              onChange={field.onChange}
            />
          )}
        />
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
