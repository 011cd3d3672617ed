import { useQuery } from '@tanstack/react-query'
import { Controller, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { incidentsUpdatePost } from '@/client/sdk.gen'
import type { IncidentDetail, Stage } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Select } from '@/components/input'
import { MarkdownField } from '@/components/markdown-field'
import { PageChoice } from '@/components/page-choice'
import { ProblemNotice } from '@/components/problem-notice'
import { Section } from '@/components/section'
import { templatesQuery } from '@/lib/update-templates'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { useIncident } from './use-incident'

export const STAGES = ['investigating', 'identified', 'monitoring'] as const
const KEYS = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ Enter' : 'Ctrl Enter'

interface Draft {
  stage: Stage | ''
  body: string
  page_ids: string[]
}

/** What `u` comes to. */
export function focusUpdate() {
  document.querySelector<HTMLElement>('[data-words=update]')?.focus()
}

/** Says how things stand, or leaves a note; on the pages that tell of it. */
export function UpdateForm({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation('incidents')
  const { id: workspaceId } = useWorkspace()
  const { path, refresh } = useIncident(incident.id)
  const { data: templates = [] } = useQuery(templatesQuery(workspaceId))
  const open = incident.resolved_at === null
  const blank = (page_ids: string[]): Draft => ({
    stage: open && incident.stage !== 'resolved' ? incident.stage : '',
    body: '',
    page_ids,
  })
  const form = useProblemForm<Draft>(blank(incident.pages.map(({ id }) => id)))
  const { control, setValue } = form
  const stage = useWatch({ control, name: 'stage' })
  const send = form.submit(async (draft) => {
    if (draft.body.trim() === '') {
      form.setError('body', { message: t('update.required') }, { shouldFocus: true })
      return
    }
    const isNote = draft.stage === ''
    await incidentsUpdatePost({
      path,
      body: {
        body: draft.body,
        stage: draft.stage === '' ? null : draft.stage,
        ...(isNote ? {} : { page_ids: draft.page_ids }),
      },
      throwOnError: true,
    })
    toast.success(t('update.posted'))
    form.reset({ ...draft, body: '' })
    await refresh()
  })
  return (
    <Section title={t('do.update')}>
      <form noValidate className="grid gap-3" onSubmit={send}>
        <ProblemNotice problem={form.problem} />
        <div className="grid gap-3 sm:grid-cols-2">
          <Controller
            control={control}
            name="stage"
            render={({ field }) => (
              <Field label={t('update.stage')}>
                {(ids) => (
                  <Select {...ids} {...field}>
                    {open &&
                      STAGES.map((each) => (
                        <option key={each} value={each}>
                          {t(`stage.${each}`)}
                        </option>
                      ))}
                    <option value="">{t('update.note')}</option>
                  </Select>
                )}
              </Field>
            )}
          />
          {templates.length > 0 && (
            <Field label={t('update.template')}>
              {(ids) => (
                <Select
                  {...ids}
                  defaultValue=""
                  onChange={({ target }) => {
                    const template = templates.find(({ id }) => id === target.value)
                    if (!template) return
                    setValue('body', template.body, { shouldDirty: true })
                    if (open && template.stage !== 'resolved') setValue('stage', template.stage)
                  }}
                >
                  <option value="">{t('update.noTemplate')}</option>
                  {templates.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
        </div>
        <Controller
          control={control}
          name="body"
          render={({ field, fieldState }) => (
            <MarkdownField
              name="update"
              label={t('update.words')}
              hint={t(stage === '' ? 'update.noteHint' : 'update.hint', { keys: KEYS })}
              value={field.value}
              error={fieldState.error?.message}
              onChange={field.onChange}
              onSend={() => void send()}
            />
          )}
        />
        {stage !== '' && (
          <Controller
            control={control}
            name="page_ids"
            render={({ field }) => (
              <PageChoice legend={t('update.pages')} chosen={field.value} onChange={field.onChange} />
            )}
          />
        )}
        <div className="flex">
          <Button type="submit" aria-disabled={form.formState.isSubmitting}>
            {t(stage === '' ? 'update.postNote' : 'update.post')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
