import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Mail, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { channelKindsListOptions } from '@/client/@tanstack/react-query.gen'
import { invitationsResend, invitationsWithdraw } from '@/client/sdk.gen'
import type { InvitationMade, InvitationPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'
import { useWorkspace } from '@/lib/workspace'
import { invitationsQuery } from './invitations-query'
import { mayTouch } from './roles'

interface Props {
  invitation: InvitationPublic
  onMade: (made: InvitationMade) => Promise<void>
}

/** Somebody who was invited and has not come yet. */
export function InvitationRow({ invitation, onMade }: Props) {
  const { t } = useTranslation('invitations')
  const { t: ofWorkspace } = useTranslation('workspace')
  const workspace = useWorkspace()
  const { shortDateTime } = useFormat()
  const { email, role, works, expires_at } = invitation
  // A date that is broken off is read twice.
  const at = shortDateTime(expires_at).replaceAll(' ', '\u00a0')
  const expired = new Date(expires_at).getTime() <= useNow(60_000)
  const facts = [
    t('by', { name: invitation.invited_by }),
    invitation.mailed ? t('byMail') : t('byHand'),
    expired ? t('expired', { at }) : works ? t('expires', { at }) : t('void'),
  ]
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
      <Mail aria-hidden className="size-4 shrink-0 text-subtle" />
      <div className="min-w-40 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium wrap-anywhere">{email}</span>
          <span className="text-muted">{ofWorkspace(`role.${role}`)}</span>
        </p>
        <p className={works ? 'text-subtle' : 'text-down-fg'}>{facts.join(' · ')}</p>
      </div>
      {mayTouch(workspace.role, role) && <Actions invitation={invitation} onMade={onMade} />}
    </li>
  )
}

function Actions({ invitation, onMade }: Props) {
  const { t } = useTranslation('invitations')
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const mails = useQuery(channelKindsListOptions()).data?.mail_configured
  const { id: invitation_id, email } = invitation
  const path = { workspace_id, invitation_id }
  const again = useMutation({
    mutationFn: (by: 'mail' | 'link') => invitationsResend({ path, body: { by }, throwOnError: true }),
    onSuccess: ({ data }) => onMade(data),
  })
  const withdraw = async () => {
    await invitationsWithdraw({ path, throwOnError: true })
    toast.success(t('withdrawn', { email }))
    await queryClient.invalidateQueries({ queryKey: invitationsQuery(workspace_id).queryKey })
  }
  const send = (by: 'mail' | 'link') => () => {
    if (!again.isPending) again.mutate(by)
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      {mails && (
        <Button aria-label={t('againFor', { email })} aria-disabled={again.isPending} onClick={send('mail')}>
          {t('again')}
        </Button>
      )}
      <Button aria-label={t('newLinkFor', { email })} aria-disabled={again.isPending} onClick={send('link')}>
        {t('newLink')}
      </Button>
      <ConfirmButton
        label={t('withdraw')}
        icon={<Trash2 aria-hidden />}
        named={t('withdrawFor', { email })}
        title={t('withdrawAsk', { email })}
        onConfirm={withdraw}
      >
        <p>{t('withdrawText')}</p>
      </ConfirmButton>
    </div>
  )
}
