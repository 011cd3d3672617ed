import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, RadioTower } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Empty } from '@/components/empty'
import { ErrorView } from '@/components/error-view'
import { Page } from '@/components/page'
import { Skeleton } from '@/components/skeleton'
import { useCommands } from '@/lib/commands'
import { pagesQuery } from '@/lib/status-pages'
import { useMay, useWorkspace } from '@/lib/workspace'
import { DefaultPage } from './default-page'
import { NewPage } from './new-page'
import { PageRow } from './page-row'

/** Every status page of the workspace. */
export function StatusPages({ onCreated }: { onCreated: (pageId: string) => void }) {
  const { t } = useTranslation('statusPages')
  const { id, slug } = useWorkspace()
  const may = useMay('admin')
  const [creating, setCreating] = useState(false)
  const { data: pages, error, refetch } = useQuery(pagesQuery(id))
  useCommands(
    useMemo(() => {
      const run = () => {
        setCreating(true)
      }
      return may ? [{ id: 'new-status-page', title: t('new.title'), group: t('title'), icon: Plus, run }] : []
    }, [may, t]),
  )
  const add = may && (
    <Button
      variant="primary"
      onClick={() => {
        setCreating(true)
      }}
    >
      <Plus aria-hidden />
      {t('new.title')}
    </Button>
  )
  return (
    <Page title={t('title')} width="narrow" actions={pages && pages.length > 0 ? add : undefined}>
      <div className="grid grid-cols-1 gap-4">
        <Card>
          <ul aria-label={t('title')} className="divide-y">
            <DefaultPage hidden={pages?.some((page) => page.slug === slug && page.is_published) ?? false} />
            {pages?.map((page) => (
              <OwnPage key={page.id} page={page} />
            ))}
          </ul>
        </Card>
        {pages === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
        {pages === undefined && !error && <Skeleton className="h-24" />}
        {pages?.length === 0 && (
          <Empty icon={RadioTower} title={t('empty.title')} action={add}>
            <p>{t('empty.text')}</p>
          </Empty>
        )}
      </div>
      {creating && <NewPage onOpenChange={setCreating} onCreated={onCreated} />}
    </Page>
  )
}

function OwnPage({ page }: { page: StatusPagePublic }) {
  const { t } = useTranslation('statusPages')
  const { slug } = useWorkspace()
  const may = useMay('admin')
  const services = page.sections.reduce((sum, { components }) => sum + components.length, 0)
  const params = { workspace: slug, pageId: page.id }
  return (
    <PageRow
      name={
        <Link
          to="/w/$workspace/status-pages/$pageId"
          params={params}
          className="min-w-0 font-medium break-words underline-offset-4 hover:underline"
        >
          {page.title}
        </Link>
      }
      text={`${t('services', { count: services })} · ${t(`access.${page.access}`)}`}
      published={page.is_published}
      address={page.url}
    >
      <Button asChild>
        <Link to="/w/$workspace/status-pages/$pageId" params={params}>
          {may ? t('edit') : t('show')}
          <span className="sr-only">{page.title}</span>
        </Link>
      </Button>
    </PageRow>
  )
}
