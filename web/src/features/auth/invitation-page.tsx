import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { invitationsLook } from '@/client/sdk.gen'
import type { InvitationSeen } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { JoinAsSomebodyNew } from './join-as-somebody-new'
import { JoinSignedIn } from './join-signed-in'
import { Said } from './said'
import { SignInForm } from './sign-in-form'

interface Props {
  /** What stands behind the # of the link. */
  token: string
  isSignedIn: boolean
  /** Somebody has signed in here: the page is drawn anew. */
  onSignedIn: () => void
  /** Gets the slug of the workspace. */
  onJoined: (workspace: string) => Promise<void>
}

/** What an invitation leads to: joining with the account that is signed in, with one to sign in to, or with a new one. */
export function InvitationPage(props: Props) {
  const { t } = useTranslation('invitations')
  const { token } = props
  const { shortDateTime } = useFormat()
  const { data, error, refetch } = useQuery({
    queryKey: ['invitation', token],
    queryFn: async ({ signal }) =>
      (await invitationsLook({ body: { token }, signal, throwOnError: true })).data,
    enabled: token !== '',
  })
  if (token === '' || error?.status === 404) return <Said title={t('gone')} text={t('goneText')} />
  if (data?.expired) {
    return <Said title={t('over')} text={t('overText', { at: shortDateTime(data.expires_at), ...data })} />
  }
  if (data) return <Open seen={data} {...props} />
  if (error) return <ErrorView error={error} onRetry={() => void refetch()} />
  return <Skeleton className="h-40" />
}

function Open({ seen, token, isSignedIn, onSignedIn, onJoined }: Props & { seen: InvitationSeen }) {
  const { t } = useTranslation('invitations')
  const { t: ofWorkspace } = useTranslation('workspace')
  const [hasAccount, setHasAccount] = useState(false)
  const title = t('join', { workspace: seen.workspace })
  const turn = (
    <p className="mt-4 text-muted">
      {hasAccount ? t('noAccount') : t('haveAccount')}{' '}
      <Button
        variant="link"
        size="bare"
        onClick={() => {
          setHasAccount(!hasAccount)
        }}
      >
        {hasAccount ? t('makeOne') : t('signIn')}
      </Button>
    </p>
  )
  return (
    <>
      <title>{`${title} · healther`}</title>
      <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
      <p className="mt-1 mb-5 text-muted">
        {t('invitedAs', { role: ofWorkspace(`role.${seen.role}`) })} {ofWorkspace(`roleMeans.${seen.role}`)}
      </p>
      {isSignedIn && <JoinSignedIn seen={seen} token={token} onJoined={onJoined} />}
      {!isSignedIn && !hasAccount && (
        <JoinAsSomebodyNew
          seen={seen}
          token={token}
          onJoined={onJoined}
          onHasAccount={() => {
            setHasAccount(true)
          }}
        />
      )}
      {!isSignedIn && hasAccount && <SignInForm maySignUp={false} bare onDone={onSignedIn} />}
      {!isSignedIn && turn}
    </>
  )
}
