import { createFileRoute, useLocation } from '@tanstack/react-router'
import { AuthFrame } from '@/features/auth/auth-frame'
import { ResetPage } from '@/features/auth/reset-page'

export const Route = createFileRoute('/reset')({ component: Reset })

function Reset() {
  // Behind the #: it leaves this browser in the body of a request alone.
  const token = useLocation({ select: ({ hash }) => hash })
  return (
    <AuthFrame>
      <ResetPage key={token} token={token} />
    </AuthFrame>
  )
}
