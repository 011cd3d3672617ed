import { useTranslation } from 'react-i18next'
import { workspacesCreate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { ProblemNotice } from '@/components/problem-notice'
import { Setting } from '@/components/setting'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspaceCache } from './use-workspace-cache'

const EMPTY = { name: '', slug: '' }

/** Makes a workspace; `onDone` gets its slug. */
export function NewWorkspaceForm({ onDone }: { onDone: (slug: string) => Promise<void> }) {
  const { t } = useTranslation('workspace')
  const cache = useWorkspaceCache()
  const { register, submit, problem, formState } = useProblemForm(EMPTY)
  const { errors, isDirty, isSubmitting, isSubmitSuccessful } = formState
  return (
    <Setting title={t('newAbout')} text={t('newText')}>
      <LeaveGuard dirty={isDirty && !isSubmitting && !isSubmitSuccessful} />
      <form
        className="grid gap-4"
        noValidate
        onSubmit={submit(async ({ name, slug }) => {
          const { data } = await workspacesCreate({
            body: { name, ...(slug ? { slug } : {}) },
            throwOnError: true,
          })
          cache.put(data)
          await onDone(data.slug)
        })}
      >
        <ProblemNotice problem={problem} />
        <Field label={t('name')} hint={t('nameHint')} error={errors.name?.message}>
          {(ids) => (
            <Input {...ids} {...register('name', { required: t('required') })} autoComplete="organization" />
          )}
        </Field>
        <Field label={t('slugOptional')} hint={t('slugNew')} error={errors.slug?.message}>
          {(ids) => (
            <Input
              {...ids}
              {...register('slug')}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono"
            />
          )}
        </Field>
        <Button type="submit" variant="primary" className="justify-self-start" aria-disabled={isSubmitting}>
          {t('create')}
        </Button>
      </form>
    </Setting>
  )
}
