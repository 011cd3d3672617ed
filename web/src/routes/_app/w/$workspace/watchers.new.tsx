import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { watchersGetOptions, watchersListOptions } from '@/client/@tanstack/react-query.gen'
import type { WatcherPublic } from '@/client/types.gen'
import { AddressNotice } from '@/components/address-notice'
import { ObserverNotice } from '@/components/observer-notice'
import { Page } from '@/components/page'
import { Editor } from '@/features/editor/editor'
import { EditorSkeleton } from '@/features/editor/editor-skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/watchers/new')({
  // `from`: the watcher to make another one of.
  validateSearch: (search: Record<string, unknown>): { from?: string } => ({
    from: typeof search.from === 'string' ? search.from : undefined,
  }),
  component: NewWatcher,
})

function NewWatcher() {
  const { t } = useTranslation('editor')
  const { from } = Route.useSearch()
  const may = useMay('admin')
  if (!may) return <ObserverNotice />
  if (from === undefined) return <Fresh />
  return (
    <Suspense fallback={<Frame title={t('new')}>{<EditorSkeleton />}</Frame>}>
      <Copy from={from} key={from} />
    </Suspense>
  )
}

function Fresh() {
  const { t } = useTranslation('editor')
  const { id: workspace_id } = useWorkspace()
  const { data } = useQuery(watchersListOptions({ path: { workspace_id }, query: { limit: 1 } }))
  const isFirst = data?.items.length === 0
  return (
    <Frame title={isFirst ? t('first') : t('new')} text={isFirst ? t('firstText') : undefined}>
      {isFirst && <AddressNotice />}
      <Loaded />
    </Frame>
  )
}

function Copy({ from: watcher_id }: { from: string }) {
  const { t } = useTranslation('editor')
  const { id: workspace_id } = useWorkspace()
  const { data: from } = useSuspenseQuery(watchersGetOptions({ path: { workspace_id, watcher_id } }))
  return (
    <Frame title={t('copy', { name: from.name })}>
      <Loaded from={from} />
    </Frame>
  )
}

function Frame({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <Page title={title}>
      {text && <p className="-mt-3 mb-5 max-w-prose text-muted">{text}</p>}
      {children}
    </Page>
  )
}

function Loaded({ from }: { from?: WatcherPublic }) {
  const { slug } = useWorkspace()
  const navigate = Route.useNavigate()
  return (
    <Suspense fallback={<EditorSkeleton />}>
      <Editor
        from={from}
        onDone={({ id: watcherId }) =>
          void navigate({ to: '/w/$workspace/watchers/$watcherId', params: { workspace: slug, watcherId } })
        }
      />
    </Suspense>
  )
}
