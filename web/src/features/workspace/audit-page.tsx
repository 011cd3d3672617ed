import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, ScrollText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { auditList } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { ErrorView } from '@/components/error-view'
import { MoreButton } from '@/components/more-button'
import { Page } from '@/components/page'
import { Skeleton } from '@/components/skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'
import { AuditFilters } from './audit-filters'
import { AuditRow } from './audit-row'
import { filterOf, type AuditSearch } from './audit-search'

/** Who did what in the workspace, the latest first. */
export function AuditPage({ search }: { search: AuditSearch }) {
  const { t } = useTranslation('audit')
  const { slug } = useWorkspace()
  const may = useMay('admin')
  const navigate = useNavigate()
  const change = (changed: AuditSearch) =>
    void navigate({
      from: '/w/$workspace/settings/audit',
      to: '.',
      search: (before) => ({ ...before, ...changed }),
      resetScroll: false,
    })
  return (
    <Page
      title={t('title')}
      actions={
        <Button asChild variant="ghost">
          <Link to="/w/$workspace/settings" params={{ workspace: slug }}>
            <ArrowLeft aria-hidden />
            {t('back')}
          </Link>
        </Button>
      }
    >
      <p className="mb-4 max-w-prose text-muted">{may ? t('text') : t('observer')}</p>
      {may && <AuditFilters search={search} onChange={change} />}
      {may && <Trail search={search} onPerson={(person) => change({ person })} />}
    </Page>
  )
}

function Trail({ search, onPerson }: { search: AuditSearch; onPerson: (person: string) => void }) {
  const { t } = useTranslation('audit')
  const { id: workspace_id } = useWorkspace()
  const list = useInfiniteQuery({
    queryKey: ['audit', workspace_id, search],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { ...filterOf(search, Date.now()), cursor, limit: 50 }
      return (await auditList({ path: { workspace_id }, query, signal, throwOnError: true })).data
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  })
  const entries = list.data?.pages.flatMap(({ items }) => items)
  if (entries === undefined && list.error)
    return <ErrorView error={list.error} onRetry={() => void list.refetch()} />
  if (entries === undefined) {
    return (
      <div className="grid gap-px overflow-hidden rounded-lg border">
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} className="h-14 rounded-none" />
        ))}
      </div>
    )
  }
  if (entries.length === 0) return <Empty icon={ScrollText} title={t('none')} />
  return (
    <>
      <ol aria-label={t('title')} className="divide-y rounded-lg border bg-surface shadow-sm">
        {entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} onPerson={onPerson} />
        ))}
      </ol>
      {list.hasNextPage && (
        <div className="mt-3 grid justify-center">
          <MoreButton
            label={t('older')}
            pending={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </div>
      )}
    </>
  )
}
