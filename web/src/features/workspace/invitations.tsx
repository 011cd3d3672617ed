import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import type { InvitationMade } from '@/client/types.gen'
import { ErrorView } from '@/components/error-view'
import { useWorkspace } from '@/lib/workspace'
import { InvitationLink } from './invitation-link'
import { InvitationRow } from './invitation-row'
import { invitationsQuery } from './invitations-query'
import { InviteForm } from './invite-form'

/** Inviting people, and who has not come yet; for admins and owners. */
export function Invitations() {
  const { t } = useTranslation('invitations')
  const { id } = useWorkspace()
  const queryClient = useQueryClient()
  const { data: open, error, refetch } = useQuery(invitationsQuery(id))
  const [made, setMade] = useState<InvitationMade>()
  const onMade = async (now: InvitationMade) => {
    if (now.link) setMade(now)
    else toast.success(t('mailed', { email: now.email }))
    await queryClient.invalidateQueries({ queryKey: invitationsQuery(id).queryKey })
  }
  return (
    <>
      <InviteForm onMade={onMade} />
      {open === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {open && open.length > 0 && (
        <div>
          <h3 className="font-medium text-muted">{t('title')}</h3>
          <ul aria-label={t('title')} className="divide-y">
            {open.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} onMade={onMade} />
            ))}
          </ul>
        </div>
      )}
      {made?.link && (
        <InvitationLink
          made={made}
          link={made.link}
          onClose={() => {
            setMade(undefined)
          }}
        />
      )}
    </>
  )
}
