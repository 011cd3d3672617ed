import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { invitationsAccept } from '@/client/sdk.gen'
import type { InvitationSeen } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ErrorView } from '@/components/error-view'
import { ProblemNotice } from '@/components/problem-notice'
import { Skeleton } from '@/components/skeleton'
import { meQuery } from '@/lib/me'
import { useSignOut } from '@/lib/use-sign-out'
import { workspacesQuery } from '@/lib/workspace'

interface Props {
  seen: InvitationSeen
  token: string
  onJoined: (workspace: string) => Promise<void>
}

/** As the API masks an address: enough to tell another one by. */
const masked = (email: string) => email.replace(/^(.?).*@/u, '$1•••@')

/** One button, for the account the invitation is for; any other is told so. */
export function JoinSignedIn({ seen, token, onJoined }: Props) {
  const { t } = useTranslation('invitations')
  const queryClient = useQueryClient()
  const signOut = useSignOut()
  const { data: me, error, refetch } = useQuery(meQuery)
  const join = useMutation({
    mutationFn: () => invitationsAccept({ body: { token }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async ({ data }) => {
      await queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey })
      await onJoined(data.slug)
    },
  })
  if (!me)
    return error ? <ErrorView error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-20" />
  const isOther = masked(me.email) !== seen.email
  return (
    <div className="grid gap-4">
      <ProblemNotice problem={join.error} />
      <p className="wrap-anywhere">
        {isOther
          ? t('forAnother', { email: seen.email, me: me.email })
          : t('signedInAs', { email: me.email })}
      </p>
      {!isOther && (
        <Button
          variant="primary"
          aria-disabled={join.isPending}
          onClick={() => {
            if (!join.isPending) join.mutate()
          }}
        >
          {t('join', { workspace: seen.workspace })}
        </Button>
      )}
      {(isOther || join.error?.status === 403) && (
        <Button
          aria-disabled={signOut.isPending}
          onClick={() => {
            signOut.mutate('here')
          }}
        >
          {t('signOut')}
        </Button>
      )}
    </div>
  )
}
