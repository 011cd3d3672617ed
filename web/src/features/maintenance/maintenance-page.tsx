import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { MaintenancePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { ErrorView } from '@/components/error-view'
import { Page } from '@/components/page'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'
import { windowsQuery } from './queries'
import { WindowRow } from './window-row'

const REFRESH_MS = 15_000
const GROUPS = ['running', 'upcoming', 'over'] as const

/** The maintenance windows of the workspace: what is going on, what comes in its order, what is over. */
export function MaintenancePage() {
  const { t } = useTranslation('maintenance')
  const { id, slug } = useWorkspace()
  const may = useMay('admin')
  const { data: windows, error, refetch } = useQuery({ ...windowsQuery(id), refetchInterval: REFRESH_MS })
  const add = may && (
    <Button asChild variant="primary">
      <Link to="/w/$workspace/maintenance/new" params={{ workspace: slug }}>
        <Plus aria-hidden />
        {t('plan')}
      </Link>
    </Button>
  )
  return (
    <Page title={t('title')} actions={windows?.length ? add : undefined}>
      {!windows && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {!windows && !error && (
        <div className="grid gap-3">
          {Array.from({ length: 4 }, (_, index) => (
            <Skeleton key={index} className="h-16" />
          ))}
        </div>
      )}
      {windows?.length === 0 && (
        <Empty icon={CalendarClock} title={t('empty.title')} action={add}>
          <p>{t('empty.text')}</p>
        </Empty>
      )}
      <div className="grid gap-4 empty:hidden">
        {windows &&
          GROUPS.map((status) => {
            const found = windows.filter((each) => each.status === status).sort(soonestFirst)
            return found.length === 0 ? null : (
              <Section key={status} title={t(`status.${status}`)} padded={false}>
                <ul aria-label={t(`status.${status}`)} className="divide-y border-t">
                  {found.map((window) => (
                    <WindowRow key={window.id} window={window} />
                  ))}
                </ul>
              </Section>
            )
          })}
      </div>
    </Page>
  )
}

function soonestFirst(one: MaintenancePublic, other: MaintenancePublic): number {
  const startOf = ({ next, starts_at }: MaintenancePublic) => Date.parse(next?.starts_at ?? starts_at)
  return startOf(one) - startOf(other)
}
