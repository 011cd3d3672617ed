import { createFileRoute, useLocation } from '@tanstack/react-router'
import { AuthFrame } from '@/features/auth/auth-frame'
import { NewAddressPage } from '@/features/auth/new-address-page'

export const Route = createFileRoute('/email')({ component: NewAddress })

function NewAddress() {
  // Behind the #: it leaves this browser in the body of a request alone.
  const token = useLocation({ select: ({ hash }) => hash })
  return (
    <AuthFrame>
      <NewAddressPage key={token} token={token} />
    </AuthFrame>
  )
}
