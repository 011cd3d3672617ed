import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { membersLeave, membersRemove, membersUpdate } from '@/client/sdk.gen'
import type { MemberPublic, Role } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { Select } from '@/components/input'
import { meQuery } from '@/lib/me'
import { useWorkspace } from '@/lib/workspace'
import { membersQuery } from '@/lib/members'
import { mayTouch, rolesToGive } from './roles'
import { useWorkspaceCache } from './use-workspace-cache'

/** A member: their role, and the end of their membership. */
export function MemberRow({ member }: { member: MemberPublic }) {
  const { t } = useTranslation('workspace')
  const workspace = useWorkspace()
  const { data: me } = useSuspenseQuery(meQuery)
  const queryClient = useQueryClient()
  const cache = useWorkspaceCache()
  const isMe = member.user_id === me.id
  const path = { workspace_id: workspace.id, user_id: member.user_id }
  const refresh = () => queryClient.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey })
  const update = useMutation({
    mutationFn: (role: Role) => membersUpdate({ path, body: { role }, throwOnError: true }),
    onSuccess: async (_answer, role) => {
      toast.success(t('members.changed', { name: member.full_name, role: t(`role.${role}`) }))
      // Who changes their own role sees at once what they may no longer do.
      await Promise.all([refresh(), isMe && cache.refresh()])
    },
  })
  const role = update.isPending ? update.variables : member.role
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
      <span
        aria-hidden
        className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-bg text-xs font-semibold text-accent-text"
      >
        {member.full_name.slice(0, 1).toUpperCase()}
      </span>
      <div className="min-w-40 flex-1">
        <p className="truncate font-medium">
          {member.full_name}
          {isMe && <span className="ml-1.5 font-normal text-subtle">{t('members.you')}</span>}
        </p>
        <p className="truncate text-subtle">{member.email}</p>
      </div>
      {mayTouch(workspace.role, member.role) ? (
        <Select
          className="w-36"
          aria-label={t('members.roleOf', { name: member.full_name })}
          value={role}
          onChange={({ target }) => {
            const chosen = rolesToGive(workspace.role).find((each) => each === target.value)
            if (chosen) update.mutate(chosen)
          }}
        >
          {rolesToGive(workspace.role).map((each) => (
            <option key={each} value={each}>
              {t(`role.${each}`)}
            </option>
          ))}
        </Select>
      ) : (
        <span className="text-muted">{t(`role.${member.role}`)}</span>
      )}
      {(isMe || mayTouch(workspace.role, member.role)) && (
        <EndMembership member={member} isMe={isMe} onRemoved={refresh} />
      )}
    </li>
  )
}

interface EndProps {
  member: MemberPublic
  isMe: boolean
  onRemoved: () => Promise<void>
}

function EndMembership({ member, isMe, onRemoved }: EndProps) {
  const { t } = useTranslation('workspace')
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const cache = useWorkspaceCache()
  const [asking, setAsking] = useState(false)
  const path = { workspace_id: workspace.id }
  const end = useMutation({
    mutationFn: () =>
      isMe
        ? membersLeave({ path, throwOnError: true })
        : membersRemove({ path: { ...path, user_id: member.user_id }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async () => {
      setAsking(false)
      if (!isMe) {
        toast.success(t('members.removed', { name: member.full_name }))
        return onRemoved()
      }
      toast.success(t('members.left', { name: workspace.name }))
      cache.drop(workspace.id)
      await navigate({ to: '/' })
    },
  })
  const named = isMe ? undefined : t('members.removeNamed', { name: member.full_name })
  return (
    <>
      <Button
        aria-label={named}
        onClick={() => {
          end.reset()
          setAsking(true)
        }}
      >
        {isMe ? t('members.leave') : t('members.remove')}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={isMe ? t('members.leaveAsk', { name: workspace.name }) : `${named ?? ''}?`}
        action={isMe ? t('members.leave') : t('members.remove')}
        pending={end.isPending}
        problem={end.error}
        onConfirm={() => {
          end.mutate()
        }}
      >
        <p>{isMe ? t('members.leaveText') : t('members.removeText')}</p>
      </Confirm>
    </>
  )
}
