import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { workspacesCreate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { workspacesQuery } from '@/lib/workspace'

/** Makes a workspace; `onDone` gets its slug. */
export function NewWorkspaceForm({ onDone }: { onDone: (slug: string) => Promise<void> }) {
  const { t } = useTranslation('workspace')
  const queryClient = useQueryClient()
  const { register, submit, problem, formState } = useProblemForm({ name: '' })
  return (
    <Card className="p-5">
      <form
        className="grid gap-4"
        noValidate
        onSubmit={submit(async (body) => {
          const { data } = await workspacesCreate({ body, throwOnError: true })
          await queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey })
          await onDone(data.slug)
        })}
      >
        <ProblemNotice problem={problem} />
        <Field label={t('name')} hint={t('nameHint')} error={formState.errors.name?.message}>
          {(ids) => (
            <Input {...ids} {...register('name', { required: t('required') })} autoComplete="organization" />
          )}
        </Field>
        <Button
          type="submit"
          variant="primary"
          className="justify-self-start"
          aria-disabled={formState.isSubmitting}
        >
          {t('create')}
        </Button>
      </form>
    </Card>
  )
}
