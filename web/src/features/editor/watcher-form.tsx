import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { watchersCreate, watchersUpdate } from '@/client/sdk.gen'
import type { CadenceUnit, WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'

const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const satisfies CadenceUnit[]

interface Props {
  /** The watcher to change; left out, a new one is made. */
  watcher?: WatcherPublic
  onDone: (watcher: WatcherPublic) => void
}

/** What to ask and how often. */
export function WatcherForm({ watcher, onDone }: Props) {
  const { t } = useTranslation('editor')
  const { t: common } = useTranslation()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const { register, submit, problem, formState } = useProblemForm({
    url: watcher?.url ?? '',
    name: watcher?.name ?? '',
    every_value: watcher?.every_value ?? 1,
    every_unit: watcher?.every_unit ?? 'minutes',
  })
  const { errors } = formState
  return (
    <Card className="p-5">
      <form
        className="grid gap-5"
        noValidate
        onSubmit={submit(async (values) => {
          const body = { ...values, name: values.name || hostOf(values.url) }
          const { data } = watcher
            ? await watchersUpdate({
                path: { workspace_id, watcher_id: watcher.id },
                body,
                throwOnError: true,
              })
            : await watchersCreate({ path: { workspace_id }, body, throwOnError: true })
          await queryClient.invalidateQueries()
          onDone(data)
        })}
      >
        <ProblemNotice problem={problem} />
        <Field label={t('url')} hint={t('urlHint')} error={errors.url?.message}>
          {(ids) => (
            <Input
              {...ids}
              {...register('url', { required: t('required') })}
              type="url"
              placeholder="https://example.com/health"
              autoCapitalize="none"
            />
          )}
        </Field>
        <Field label={t('name')} hint={t('nameHint')} error={errors.name?.message}>
          {(ids) => <Input {...ids} {...register('name')} />}
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('every')} error={errors.every_value?.message}>
            {(ids) => (
              <Input
                {...ids}
                {...register('every_value', { valueAsNumber: true })}
                type="number"
                min={1}
                inputMode="numeric"
              />
            )}
          </Field>
          <Field label={t('unit')} error={errors.every_unit?.message}>
            {(ids) => (
              <Select {...ids} {...register('every_unit')}>
                {UNITS.map((unit) => (
                  <option key={unit} value={unit}>
                    {t(`units.${unit}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Button
          type="submit"
          variant="primary"
          className="justify-self-start"
          aria-disabled={formState.isSubmitting}
        >
          {watcher ? common('save') : t('create')}
        </Button>
      </form>
    </Card>
  )
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
