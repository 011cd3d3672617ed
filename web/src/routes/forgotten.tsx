import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { AuthFrame } from '@/features/auth/auth-frame'
import { ForgottenPage } from '@/features/auth/forgotten-page'
import { setupQuery } from '@/lib/setup'

export const Route = createFileRoute('/forgotten')({
  beforeLoad: async ({ context: { queryClient } }) => {
    await queryClient.query(setupQuery)
  },
  component: Forgotten,
})

function Forgotten() {
  const { data: setup } = useSuspenseQuery(setupQuery)
  return (
    <AuthFrame>
      <ForgottenPage mails={setup.mails} />
    </AuthFrame>
  )
}
