import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { Setting } from '@/components/setting'
import { Skeleton } from '@/components/skeleton'
import { useMay, useWorkspace } from '@/lib/workspace'
import { Invitations } from './invitations'
import { MemberRow } from './member-row'
import { membersQuery } from '@/lib/members'

/** Who is in the workspace, and as what. */
export function Members() {
  const { t } = useTranslation('workspace')
  const { id } = useWorkspace()
  const may = useMay('admin')
  const { data: members, error, refetch } = useQuery(membersQuery(id))
  return (
    <Setting title={t('members.title')} text={t('members.text')}>
      {may && <Invitations />}
      {members === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {members === undefined && !error && (
        <div className="grid gap-2">
          <Skeleton className="h-11" />
          <Skeleton className="h-11" />
        </div>
      )}
      {members && (
        <ul aria-label={t('members.title')} className="-my-1 divide-y">
          {members.map((member) => (
            <MemberRow key={member.user_id} member={member} />
          ))}
        </ul>
      )}
    </Setting>
  )
}
