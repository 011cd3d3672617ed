import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail, IncidentMemberPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ErrorView } from '@/components/error-view'
import { IncidentMark } from '@/components/incident-mark'
import { MoreButton } from '@/components/more-button'
import { ReasonText } from '@/components/reason-text'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { membersQuery } from '@/lib/incidents'
import { useNow } from '@/lib/use-now'
import { useWorkspace } from '@/lib/workspace'
import { EditIncident } from './edit-incident'

interface Props {
  incident: IncidentDetail
  mayChange: boolean
  refetchInterval: number | false
}

/** The watchers it is about: how bad for each, why, and for how long. */
export function Members({ incident, mayChange, refetchInterval }: Props) {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...membersQuery(id, incident.id),
    refetchInterval,
  })
  const [changing, setChanging] = useState(false)
  const members = data?.pages.flatMap(({ items }) => items)
  return (
    <Section
      title={t('members.title')}
      padded={false}
      actions={mayChange && <Button onClick={() => setChanging(true)}>{t('members.change')}</Button>}
    >
      <div className="px-4 pb-2 empty:hidden">
        {!members && error && <ErrorView error={error} onRetry={() => void refetch()} />}
        {!members && !error && <Skeleton className="h-10" />}
        {members?.length === 0 && <p className="pb-2 text-muted">{t('members.none')}</p>}
      </div>
      {members && members.length > 0 && (
        <ul aria-label={t('members.title')} className="max-h-[32rem] divide-y overflow-auto border-t">
          {members.map((member) => (
            <Member key={member.watcher_id} member={member} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div className="border-t p-2">
          <MoreButton label={t('more')} pending={isFetchingNextPage} onMore={() => void fetchNextPage()} />
        </div>
      )}
      {changing && <EditIncident incident={incident} onClose={() => setChanging(false)} />}
    </Section>
  )
}

function Member({ member }: { member: IncidentMemberPublic }) {
  const { t } = useTranslation('incidents')
  const { slug } = useWorkspace()
  const format = useFormat()
  const now = useNow()
  const { left_at } = member
  const end = left_at === null ? now : Date.parse(left_at)
  const time = format.duration((end - Date.parse(member.joined_at)) / 1000)
  return (
    <li className="grid gap-1 px-4 py-2.5">
      <p className="flex items-start justify-between gap-3">
        <Link
          to="/w/$workspace/watchers/$watcherId"
          params={{ workspace: slug, watcherId: member.watcher_id }}
          className="min-w-0 font-medium wrap-anywhere hover:underline"
        >
          {member.name}
        </Link>
        {member.unwatched ? (
          <StateMark state="paused" word={t('members.unwatched')} className="mt-0.5 shrink-0 text-xs" />
        ) : (
          <IncidentMark
            incident={{ impact: member.impact, hold: null, resolved_at: left_at }}
            className="mt-0.5 shrink-0 text-xs"
          />
        )}
      </p>
      {left_at === null && <ReasonText reason={member.reason} message={member.message} />}
      <p className="text-xs text-subtle tabular">
        {t(left_at === null ? 'members.for' : member.unwatched ? 'members.until' : 'members.over', { time })}
      </p>
    </li>
  )
}
