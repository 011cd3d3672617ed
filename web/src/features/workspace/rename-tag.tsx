import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { tagsRename } from '@/client/sdk.gen'
import type { TagPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'

interface Props {
  tag: TagPublic
  others: TagPublic[]
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Another name for a tag; that of another tag makes them one, and says so before. */
export function RenameTag({ open, onOpenChange, ...rest }: Props) {
  const { t } = useTranslation('workspace')
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('tags.renameNamed', { name: rest.tag.name })}>
      <RenameForm
        {...rest}
        onDone={() => {
          onOpenChange(false)
        }}
      />
    </Dialog>
  )
}

function RenameForm({ tag, others, onDone }: Pick<Props, 'tag' | 'others'> & { onDone: () => void }) {
  const { t } = useTranslation('workspace')
  const { t: common } = useTranslation()
  const workspace = useWorkspace()
  const queryClient = useQueryClient()
  const { register, submit, watch, problem, formState } = useProblemForm({ name: tag.name })
  const wanted = watch('name').trim().toLowerCase()
  const same = others.find(({ name }) => name.toLowerCase() === wanted)
  const rename = async (from: string, to: string) => {
    await tagsRename({
      path: { workspace_id: workspace.id, name: from },
      body: { name: to },
      throwOnError: true,
    })
    await queryClient.invalidateQueries()
  }
  return (
    <form
      className="mt-4 grid gap-4"
      noValidate
      onSubmit={submit(async ({ name }) => {
        await rename(tag.name, name)
        onDone()
        toast.success(t('tags.renamed', { name }), {
          // Two tags that became one cannot be told apart again.
          action: same ? undefined : { label: common('undo'), onClick: () => void rename(name, tag.name) },
        })
      })}
    >
      <ProblemNotice problem={problem} />
      <Field
        label={t('tags.name')}
        hint={same && t('tags.merges', { name: same.name, count: same.watchers })}
        error={formState.errors.name?.message}
      >
        {(ids) => <Input {...ids} {...register('name', { required: t('required') })} autoComplete="off" />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{common('cancel')}</Button>
        <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
          {t('tags.rename')}
        </Button>
      </div>
    </form>
  )
}
