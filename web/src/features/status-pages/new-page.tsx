import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { statusPagesCreate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { CheckField } from '@/components/check-field'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { Skeleton } from '@/components/skeleton'
import { chosenTimeZone, browserTimeZone } from '@/lib/time-zone'
import { useProblemForm } from '@/lib/use-problem-form'
import { watchersQuery } from '@/lib/watchers'
import { useWorkspace } from '@/lib/workspace'
import { pagesKey } from '@/lib/status-pages'

// As many as a page shows.
const MOST = 500

interface Props {
  onOpenChange: (open: boolean) => void
  /** Gets the page's id. */
  onCreated: (pageId: string) => void
}

/** Makes a page that nobody sees yet; everything else about it is for the editor. */
export function NewPage({ onOpenChange, onCreated }: Props) {
  const { t, i18n } = useTranslation('statusPages')
  const { t: common } = useTranslation()
  const workspace = useWorkspace()
  const queryClient = useQueryClient()
  const watchersOf = watchersQuery(workspace.id)
  const { data: watchers } = useQuery(watchersOf)
  const { register, submit, problem, formState } = useProblemForm({ title: '', all: true })
  return (
    <Dialog open onOpenChange={onOpenChange} title={t('new.title')} description={t('new.text')}>
      <form
        className="mt-4 grid gap-4"
        noValidate
        onSubmit={submit(async ({ title, all }) => {
          // They may still be on their way: a page without them would be a wish not met.
          const known = all ? await queryClient.query({ ...watchersOf, staleTime: 'static' }) : []
          const shown = known.slice(0, MOST)
          const { data } = await statusPagesCreate({
            path: { workspace_id: workspace.id },
            body: {
              title,
              is_published: false,
              time_zone: chosenTimeZone() ?? browserTimeZone(),
              language: i18n.language === 'de' ? 'de' : 'en',
              sections: [{ name: '', components: shown.map(({ id, name }) => ({ watcher_id: id, name })) }],
            },
            throwOnError: true,
          })
          await queryClient.invalidateQueries({ queryKey: pagesKey(workspace.id) })
          onCreated(data.id)
        })}
      >
        <ProblemNotice problem={problem} />
        <Field label={t('basics.title')} hint={t('new.titleHint')} error={formState.errors.title?.message}>
          {(ids) => (
            <Input {...ids} {...register('title', { required: t('required') })} autoComplete="organization" />
          )}
        </Field>
        {/* One line from the beginning, so that nothing below moves when they arrive. */}
        {watchers === undefined && <Skeleton className="h-lh w-52" />}
        {watchers?.length === 0 && <p className="text-subtle">{t('new.none')}</p>}
        {watchers !== undefined && watchers.length > 0 && (
          <CheckField label={t('new.all', { count: Math.min(watchers.length, MOST) })} {...register('all')} />
        )}
        <div className="flex justify-end gap-2">
          <Button
            onClick={() => {
              onOpenChange(false)
            }}
          >
            {common('cancel')}
          </Button>
          <Button type="submit" variant="primary" aria-disabled={formState.isSubmitting}>
            {t('new.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
