import { useQueryClient } from '@tanstack/react-query'
import { Controller } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { incidentsCreate } from '@/client/sdk.gen'
import type { ComponentImpact, IncidentCreate, Severity, Stage } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { MarkdownField } from '@/components/markdown-field'
import { PageChoice } from '@/components/page-choice'
import { Page } from '@/components/page'
import { ProblemNotice } from '@/components/problem-notice'
import { refreshIncidents } from '@/lib/incident-cache'
import { useTimeZone } from '@/lib/time-zone'
import { messageIn, useProblemForm } from '@/lib/use-problem-form'
import { fromWall, isPast } from '@/lib/wall-time'
import { useWorkspace } from '@/lib/workspace'
import { SeveritySelect } from './selects'
import { ServicesField } from './services-field'
import { STAGES } from './update-form'

interface Draft {
  title: string
  severity: Severity
  stage: Stage
  body: string
  components: ComponentImpact[]
  page_ids: string[]
  started_at: string
}

/** Opens an incident for what healther cannot see by itself. */
export function NewIncident({ onCreated }: { onCreated: (incidentId: string) => void }) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const zone = useTimeZone()
  const form = useProblemForm<Draft>({
    title: '',
    severity: 'major',
    stage: 'investigating',
    body: '',
    components: [],
    page_ids: [],
    started_at: '',
  })
  const { control, register, formState } = form
  const hasBegun = (at: string) => at === '' || isPast(at, zone) || t('new.future')
  const send = form.submit(async ({ started_at, ...draft }) => {
    const body: IncidentCreate = { ...draft, ...(started_at && { started_at: fromWall(started_at, zone) }) }
    const { data } = await incidentsCreate({ path: { workspace_id }, body, throwOnError: true })
    toast.success(t('new.done'))
    await refreshIncidents(queryClient, workspace_id)
    onCreated(data.id)
  })
  return (
    <Page title={t('new.title')} width="narrow">
      <LeaveGuard dirty={formState.isDirty && !formState.isSubmitting && !formState.isSubmitSuccessful} />
      <p className="-mt-3 mb-4 text-muted">{t('new.text')}</p>
      <Card className="p-5">
        <form noValidate className="grid gap-5" onSubmit={send}>
          <ProblemNotice problem={form.problem} />
          <Field label={t('new.name')} hint={t('new.nameHint')} error={formState.errors.title?.message}>
            {(ids) => <Input {...ids} {...register('title', { required: common('required') })} />}
          </Field>
          <div className="grid gap-5 sm:grid-cols-2">
            <Field label={t('state.severity')}>
              {(ids) => <SeveritySelect {...ids} {...register('severity')} />}
            </Field>
            <Field label={t('update.stage')}>
              {(ids) => (
                <Select {...ids} {...register('stage')}>
                  {STAGES.map((each) => (
                    <option key={each} value={each}>
                      {t(`stage.${each}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
          <Controller
            control={control}
            name="components"
            render={({ field, fieldState }) => (
              <ServicesField
                legend={t('new.services')}
                error={messageIn(fieldState.error)}
                value={field.value}
                onChange={field.onChange}
              />
            )}
          />
          <Controller
            control={control}
            name="body"
            render={({ field, fieldState }) => (
              <MarkdownField
                label={t('new.first')}
                value={field.value}
                error={fieldState.error?.message}
                onChange={field.onChange}
                onSend={() => void send()}
              />
            )}
          />
          <Controller
            control={control}
            name="page_ids"
            render={({ field }) => (
              <PageChoice legend={t('update.pages')} chosen={field.value} onChange={field.onChange} />
            )}
          />
          <Field
            label={t('new.started')}
            hint={t('new.startedHint', { zone })}
            error={formState.errors.started_at?.message}
          >
            {(ids) => (
              <Input {...ids} type="datetime-local" {...register('started_at', { validate: hasBegun })} />
            )}
          </Field>
          <div className="flex">
            <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
              {t('new.do')}
            </Button>
          </div>
        </form>
      </Card>
    </Page>
  )
}
