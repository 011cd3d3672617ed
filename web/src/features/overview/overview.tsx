import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Activity, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Empty } from '@/components/empty'
import { ErrorView } from '@/components/error-view'
import { Page } from '@/components/page'
import { Skeleton } from '@/components/skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'
import { watchersQuery } from '@/lib/watchers'
import { WatcherRow } from './watcher-row'

const REFRESH_MS = 2000

/** Every watcher of the workspace and how it is. */
export function Overview() {
  const { t } = useTranslation('overview')
  const { id, slug } = useWorkspace()
  const may = useMay('admin')
  const { data: watchers, error, refetch } = useQuery({ ...watchersQuery(id), refetchInterval: REFRESH_MS })
  const down = watchers?.filter(({ state }) => state === 'down').length ?? 0
  const add = may && (
    <Button asChild variant="primary">
      <Link to="/w/$workspace/watchers/new" params={{ workspace: slug }}>
        <Plus aria-hidden />
        {t('newWatcher')}
      </Link>
    </Button>
  )
  return (
    <Page
      title={t('title')}
      tab={down > 0 ? t('tab', { count: down }) : undefined}
      actions={watchers?.length ? add : undefined}
    >
      {watchers === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {watchers === undefined && !error && <Skeleton className="h-40" />}
      {watchers?.length === 0 && (
        <Empty icon={Activity} title={t('empty.title')} action={add}>
          <p>{t('empty.text')}</p>
        </Empty>
      )}
      {watchers && watchers.length > 0 && (
        <Card className="overflow-hidden">
          <ul className="divide-y">
            {watchers.map((watcher) => (
              <WatcherRow key={watcher.id} watcher={watcher} />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  )
}
