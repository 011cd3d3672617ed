import { useQueryClient } from '@tanstack/react-query'
import { Controller } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { updateTemplatesCreate, updateTemplatesReplace } from '@/client/sdk.gen'
import type { UpdateTemplateBody, UpdateTemplatePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { MarkdownField } from '@/components/markdown-field'
import { ProblemNotice } from '@/components/problem-notice'
import { templatesQuery } from '@/lib/update-templates'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'

const STAGES = ['investigating', 'identified', 'monitoring', 'resolved'] as const

interface Props {
  /** Left out: a new one. */
  template?: UpdateTemplatePublic
  onClose: () => void
}

/** A template's name, stage and words. */
export function TemplateForm({ template, onClose }: Props) {
  const { t } = useTranslation('incidents')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const form = useProblemForm<UpdateTemplateBody>({
    name: template?.name ?? '',
    stage: template?.stage ?? 'investigating',
    body: template?.body ?? '',
  })
  const { errors, isSubmitting } = form.formState
  const send = form.submit(async (body) => {
    const path = { workspace_id }
    if (template === undefined) await updateTemplatesCreate({ path, body, throwOnError: true })
    else
      await updateTemplatesReplace({ path: { ...path, template_id: template.id }, body, throwOnError: true })
    await queryClient.invalidateQueries({ queryKey: templatesQuery(workspace_id).queryKey })
    toast.success(common('saved'))
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={template === undefined ? t('templates.new') : t('templates.edit', { name: template.name })}
    >
      <form noValidate className="mt-4 grid gap-4" onSubmit={send}>
        <ProblemNotice problem={form.problem} />
        <Field label={t('templates.name')} error={errors.name?.message}>
          {(ids) => <Input {...ids} {...form.register('name', { required: common('required') })} />}
        </Field>
        <Field label={t('update.stage')}>
          {(ids) => (
            <Select {...ids} {...form.register('stage')}>
              {STAGES.map((each) => (
                <option key={each} value={each}>
                  {t(`stage.${each}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Controller
          control={form.control}
          name="body"
          rules={{ required: common('required') }}
          render={({ field, fieldState }) => (
            <MarkdownField
              label={t('templates.words')}
              value={field.value}
              error={fieldState.error?.message}
              onChange={field.onChange}
              onSend={() => void send()}
            />
          )}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" aria-disabled={isSubmitting}>
            {common('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
