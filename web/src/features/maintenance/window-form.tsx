import { useQueryClient } from '@tanstack/react-query'
import { Controller, FormProvider, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { maintenanceCreate, maintenanceUpdate } from '@/client/sdk.gen'
import type { MaintenancePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { CoversFields } from '@/components/covers-fields'
import { Field } from '@/components/field'
import { Input, Select, TextArea } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { Page } from '@/components/page'
import { PageChoice } from '@/components/page-choice'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { bodyOf, whenOf, type Draft } from './draft'
import { Preview } from './preview'
import { maintenanceKey } from './queries'
import { WhenFields } from './when-fields'

const AHEAD = ['', '3600', '86400', '172800', '604800', '1209600'] as const

interface Props {
  initial: Draft
  /** Left out: a new one. */
  window?: MaintenancePublic
  onSaved: () => void
}

/** A window: when, for what, and who is told ahead. */
export function WindowForm({ initial, window, onSaved }: Props) {
  const { t } = useTranslation('maintenance')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const form = useProblemForm<Draft>(initial)
  const { control, register, formState } = form
  const pageIds = useWatch({ control, name: 'page_ids' })
  const send = form.submit(async (draft) => {
    const when = whenOf(draft)
    if (when === null) {
      form.setError(draft.starts_at === '' ? 'starts_at' : 'duration_s', { message: t('required') })
      return
    }
    const body = bodyOf(draft, when)
    const path = { workspace_id }
    if (window) await maintenanceUpdate({ path: { ...path, window_id: window.id }, body, throwOnError: true })
    else await maintenanceCreate({ path, body, throwOnError: true })
    toast.success(common('saved'))
    await queryClient.invalidateQueries({ queryKey: maintenanceKey(workspace_id) })
    onSaved()
  })
  const ahead = AHEAD.some((each) => each === initial.announce_before_s)
    ? AHEAD
    : [...AHEAD, initial.announce_before_s]
  return (
    <FormProvider {...form}>
      <LeaveGuard dirty={formState.isDirty && !formState.isSubmitting && !formState.isSubmitSuccessful} />
      <Page title={window ? t('editTitle', { title: window.title }) : t('plan')}>
        <form
          noValidate
          className="grid grid-cols-1 items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]"
          onSubmit={send}
        >
          <Card className="grid grid-cols-1 gap-5 p-5">
            <ProblemNotice problem={form.problem} />
            <Field
              label={t('field.title')}
              hint={t('field.titleHint')}
              error={formState.errors.title?.message}
            >
              {(ids) => <Input {...ids} {...register('title', { required: t('required') })} />}
            </Field>
            <WhenFields />
            <CoversFields />
            <Field label={t('field.description')} error={formState.errors.description?.message}>
              {(ids) => <TextArea {...ids} {...register('description')} />}
            </Field>
            <Controller
              control={control}
              name="page_ids"
              render={({ field }) => (
                <PageChoice legend={t('field.pages')} chosen={field.value} onChange={field.onChange} />
              )}
            />
            {pageIds.length > 0 && (
              <Field label={t('field.ahead')} error={formState.errors.announce_before_s?.message}>
                {(ids) => (
                  <Select {...ids} {...register('announce_before_s')}>
                    {ahead.map((each) => (
                      <option key={each} value={each}>
                        {each === '' ? t('ahead.now') : t('ahead.hours', { count: Number(each) / 3600 })}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
            )}
            <div className="flex">
              <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
                {window ? common('save') : t('plan')}
              </Button>
            </div>
          </Card>
          <Preview />
        </form>
      </Page>
    </FormProvider>
  )
}
