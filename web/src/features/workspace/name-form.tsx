import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { workspacesUpdate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { useMay, useWorkspace, workspacesQuery } from '@/lib/workspace'

/** The name of the workspace. */
export function NameForm() {
  const { t } = useTranslation('workspace')
  const { t: common } = useTranslation()
  const workspace = useWorkspace()
  const may = useMay('admin')
  const queryClient = useQueryClient()
  const { register, submit, problem, formState } = useProblemForm({ name: workspace.name })
  return (
    <Card className="p-5">
      <form
        className="grid gap-4"
        noValidate
        onSubmit={submit(async (body) => {
          await workspacesUpdate({ path: { workspace_id: workspace.id }, body, throwOnError: true })
          await queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey })
          toast.success(common('saved'))
        })}
      >
        <ProblemNotice problem={problem} />
        <Field
          label={t('name')}
          hint={may ? undefined : t('onlyAdmins')}
          error={formState.errors.name?.message}
        >
          {(ids) => <Input {...ids} {...register('name', { required: t('required') })} readOnly={!may} />}
        </Field>
        {may && (
          <Button type="submit" className="justify-self-start" aria-disabled={formState.isSubmitting}>
            {common('save')}
          </Button>
        )}
      </form>
    </Card>
  )
}
