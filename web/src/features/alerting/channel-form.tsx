import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Controller, FormProvider } from 'react-hook-form'
import { toast } from 'sonner'
import { channelsCreate, channelsTry, channelsUpdate } from '@/client/sdk.gen'
import type { ChannelKindPublic, ChannelPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { ProblemNotice } from '@/components/problem-notice'
import { Fold, focusFirstError } from '@/components/schema-form/fold'
import { layoutOf } from '@/components/schema-form/layout'
import { SchemaField } from '@/components/schema-form/schema-field'
import { FieldWords } from '@/components/schema-form/use-schema-texts'
import { Section } from '@/components/section'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { channelFields, draftOf, optionsOf, type ChannelDraft } from './channel-draft'
import { useKindWords } from './kind-words'
import { alertingKey } from './queries'
import { QuietField } from './quiet-field'
import { TestAnswer } from './test-answer'

interface Props {
  kind: ChannelKindPublic
  /** Left out: a new one. */
  channel?: ChannelPublic
  onSaved: () => void
}

/** A channel: what its kind needs, tried before it is saved, and when it keeps quiet. */
export function ChannelForm({ kind, channel, onSaved }: Props) {
  const { t, title, field: words } = useKindWords()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const element = useRef<HTMLFormElement>(null)
  const [fields] = useState(() => channelFields(kind))
  const form = useProblemForm<ChannelDraft>(draftOf(fields, title(kind), channel), {
    mode: 'onTouched',
    shouldFocusError: false,
  })
  const { errors, isDirty, isSubmitting, isSubmitSuccessful, submitCount } = form.formState
  const toFirstError = () => {
    requestAnimationFrame(() => element.current && focusFirstError(element.current))
  }
  const test = useMutation({
    mutationFn: async () => {
      const options = optionsOf(fields, form.getValues(), channel)
      const body = { kind: kind.kind, options, ...(channel && { channel_id: channel.id }) }
      return (await channelsTry({ path: { workspace_id }, body, throwOnError: true })).data
    },
    meta: { quiet: true },
    onError: (error) => {
      if (form.refuse(error)) toFirstError()
    },
  })
  const tryIt = async () => {
    if (await form.trigger('options')) test.mutate()
    else toFirstError()
  }
  const save = form.submit(async (draft) => {
    const options = optionsOf(fields, draft, channel)
    const body = { name: draft.name, options, quiet_hours: draft.quiet_hours }
    if (channel) {
      await channelsUpdate({ path: { workspace_id, channel_id: channel.id }, body, throwOnError: true })
    } else {
      await channelsCreate({ path: { workspace_id }, body: { ...body, kind: kind.kind }, throwOnError: true })
    }
    toast.success(t('channelSaved', { name: draft.name }))
    await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
  })
  useEffect(() => {
    if (isSubmitSuccessful && form.problem === null && Object.keys(errors).length === 0) onSaved()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isSubmitSuccessful])
  useEffect(() => {
    if (submitCount > 0 && !isSubmitting) toFirstError()
  }, [submitCount, isSubmitting])
  const layout = layoutOf(fields)
  return (
    <FormProvider {...form}>
      <FieldWords value={words}>
        <LeaveGuard dirty={isDirty && !isSubmitting && !isSubmitSuccessful} />
        <form
          ref={element}
          noValidate
          onSubmit={save}
          className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]"
        >
          <Card className="min-w-0">
            <div className="grid grid-cols-1 gap-5 p-5">
              <Field label={t('field.name')} hint={t('field.nameHint')} error={errors.name?.message}>
                {(ids) => (
                  <Input
                    {...ids}
                    {...form.register('name', { required: t('required') })}
                    autoComplete="off"
                  />
                )}
              </Field>
              {layout.basic.map((each) => (
                <SchemaField key={each.path} field={each} kind={kind.kind} />
              ))}
            </div>
            {layout.advanced.map(({ id, fields: folded }) => (
              <Fold key={id} title={t(id === 'server' ? 'group.server' : 'group.more')}>
                {folded.map((each) => (
                  <SchemaField key={each.path} field={each} kind={kind.kind} />
                ))}
              </Fold>
            ))}
            <div className="border-t p-5">
              <Controller
                control={form.control}
                name="quiet_hours"
                render={({ field }) => (
                  <QuietField
                    value={field.value}
                    onChange={field.onChange}
                    error={errors.quiet_hours?.message}
                  />
                )}
              />
            </div>
            <div className="sticky bottom-14 z-10 grid gap-3 rounded-b-lg border-t bg-surface px-5 py-3 md:bottom-0">
              <ProblemNotice problem={form.problem} />
              <Button
                type="submit"
                variant="primary"
                className="justify-self-start"
                aria-disabled={isSubmitting}
              >
                {t(channel ? 'saveChannel' : 'addChannel')}
              </Button>
            </div>
          </Card>
          <Section title={t('test.title')}>
            <p className="mb-3 text-muted">{t('test.text')}</p>
            <TestAnswer
              pending={test.isPending}
              answer={test.data}
              problem={test.error}
              onTest={() => void tryIt()}
            />
          </Section>
        </form>
      </FieldWords>
    </FormProvider>
  )
}
