import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { workspacesUpdate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { ProblemNotice } from '@/components/problem-notice'
import { Setting } from '@/components/setting'
import { useProblemForm } from '@/lib/use-problem-form'
import { useMay, useWorkspace } from '@/lib/workspace'
import { useWorkspaceCache } from './use-workspace-cache'

/** The name of the workspace, and what it is called in addresses. */
export function GeneralForm() {
  const { t } = useTranslation('workspace')
  const { t: common } = useTranslation()
  const workspace = useWorkspace()
  const may = useMay('admin')
  const cache = useWorkspaceCache()
  const { register, submit, reset, watch, problem, formState } = useProblemForm({
    name: workspace.name,
    slug: workspace.slug,
  })
  const { errors, isDirty, isSubmitting } = formState
  const required = t('required')
  const slug = watch('slug')
  const moved = slug !== workspace.slug
  return (
    <Setting title={t('general')}>
      <LeaveGuard dirty={isDirty} />
      <form
        className="grid grid-cols-1 gap-4"
        noValidate
        onSubmit={submit(async (body) => {
          const { data } = await workspacesUpdate({
            path: { workspace_id: workspace.id },
            body,
            throwOnError: true,
          })
          reset({ name: data.name, slug: data.slug })
          cache.put(data)
          toast.success(common('saved'))
        })}
      >
        <ProblemNotice problem={problem} />
        <Field label={t('name')} error={errors.name?.message}>
          {(ids) => <Input {...ids} {...register('name', { required })} readOnly={!may} autoComplete="off" />}
        </Field>
        <Field
          label={t('slug')}
          hint={
            moved
              ? t(workspace.is_public ? 'slugMovesPublic' : 'slugMoves', { old: workspace.slug })
              : t('slugHint', { address: `${location.host}/w/${slug}` })
          }
          error={errors.slug?.message}
        >
          {(ids) => (
            <Input
              {...ids}
              {...register('slug', { required })}
              readOnly={!may}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono"
            />
          )}
        </Field>
        {may && (
          <Button type="submit" className="justify-self-start" aria-disabled={isSubmitting || !isDirty}>
            {common('save')}
          </Button>
        )}
      </form>
    </Setting>
  )
}
