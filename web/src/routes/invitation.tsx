import { createFileRoute, useLocation, useRouter } from '@tanstack/react-router'
import { AuthFrame } from '@/features/auth/auth-frame'
import { InvitationPage } from '@/features/auth/invitation-page'
import { restore } from '@/lib/session'

export const Route = createFileRoute('/invitation')({
  beforeLoad: async () => ({ isSignedIn: await restore() }),
  component: Invitation,
})

function Invitation() {
  const router = useRouter()
  const navigate = Route.useNavigate()
  const { isSignedIn } = Route.useRouteContext()
  // Behind the #: it leaves this browser in the body of a request alone.
  const token = useLocation({ select: ({ hash }) => hash })
  return (
    <AuthFrame>
      <InvitationPage
        key={token}
        token={token}
        isSignedIn={isSignedIn}
        onSignedIn={() => void router.invalidate()}
        onJoined={(workspace) => navigate({ to: '/w/$workspace', params: { workspace }, replace: true })}
      />
    </AuthFrame>
  )
}
