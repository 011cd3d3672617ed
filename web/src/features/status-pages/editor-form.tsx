import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { FormProvider } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { statusPagesUpdate } from '@/client/sdk.gen'
import type { StatusPagePublic } from '@/client/types.gen'
import { LeaveGuard } from '@/components/leave-guard'
import { Page } from '@/components/page'
import { ProblemNotice } from '@/components/problem-notice'
import { pagesKey } from '@/lib/status-pages'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { AccessFields } from './access-fields'
import { BasicsFields } from './basics-fields'
import { DeletePage } from './delete-page'
import { DomainFields } from './domain-fields'
import { changesOf, draftOf, type Draft } from './draft'
import { LinksField } from './links-field'
import { LogoField } from './logo-field'
import { LookFields } from './look-fields'
import { PreviewPanel } from './preview-panel'
import { PublishActions } from './publish-actions'
import { pageQuery } from './queries'
import { SaveBar } from './save-bar'
import { SectionsField } from './sections-field'
import { SharePanel } from './share-panel'
import { SubscribersFields } from './subscribers-fields'

interface Props {
  page: StatusPagePublic
  onGone: () => void
}

/** Everything about a status page, saved together; the logo and publishing count at once. */
export function EditorForm({ page, onGone }: Props) {
  const { t } = useTranslation('statusPages')
  const { t: common } = useTranslation()
  const workspace = useWorkspace()
  const queryClient = useQueryClient()
  const [saved, setSaved] = useState(() => draftOf(page))
  const [logo, setLogo] = useState<string | null>(null)
  const form = useProblemForm<Draft>(saved)
  const { isDirty, isSubmitting } = form.formState

  const take = async (data: StatusPagePublic) => {
    queryClient.setQueryData(pageQuery(workspace.id, page.id).queryKey, data)
    await queryClient.invalidateQueries({ queryKey: [...pagesKey(workspace.id), 'all'] })
  }
  const send = async (changes: object) => {
    const { data } = await statusPagesUpdate({
      path: { workspace_id: workspace.id, page_id: page.id },
      body: changes,
      throwOnError: true,
    })
    await take(data)
    const next = draftOf(data)
    setSaved(next)
    form.reset(next)
  }
  const save = form.submit(async (draft) => {
    await send(changesOf(saved, draft, page.is_published))
    toast.success(common('saved'))
  })
  const publish = (is_published: boolean) =>
    form.submit(async (draft) => {
      await send({ ...changesOf(saved, draft, page.is_published), is_published })
      toast.success(is_published ? t('published') : t('unpublished'))
    })()
  useSaveKey(() => void save())

  return (
    <FormProvider {...form}>
      <LeaveGuard dirty={isDirty} />
      <Page
        title={page.title}
        actions={<PublishActions page={page} dirty={isDirty} pending={isSubmitting} onPublish={publish} />}
      >
        <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <form noValidate onSubmit={save} className="grid min-w-0 grid-cols-1 gap-4">
            <ProblemNotice problem={form.problem} />
            <BasicsFields />
            <SectionsField />
            <LookFields
              logo={
                <LogoField
                  page={page}
                  onChange={async (picture) => {
                    setLogo(picture)
                    await take({ ...page, has_logo: picture !== null, updated_at: new Date().toISOString() })
                  }}
                  picture={logo}
                />
              }
            />
            <AccessFields page={page} />
            <SubscribersFields page={page} />
            <DomainFields page={page} onChecked={take} />
            <LinksField />
            <SaveBar
              dirty={isDirty}
              pending={isSubmitting}
              onDiscard={() => {
                form.reset(saved)
              }}
            />
          </form>
          <div className="grid min-w-0 grid-cols-1 gap-4 xl:sticky xl:top-5">
            <PreviewPanel page={page} logo={logo} />
            <SharePanel page={page} />
            <DeletePage page={page} onGone={onGone} />
          </div>
        </div>
      </Page>
    </FormProvider>
  )
}

/** Ctrl-S and Cmd-S save, also while typing. */
function useSaveKey(save: () => void) {
  const onSave = useEffectEvent(save)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      event.preventDefault()
      onSave()
    }
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKey)
    }
  }, [])
}
