import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, redirect } from '@tanstack/react-router'
import { AuthFrame } from '@/features/auth/auth-frame'
import { SetUpForm } from '@/features/auth/set-up-form'
import { restore } from '@/lib/session'
import { setupQuery } from '@/lib/setup'

export const Route = createFileRoute('/set-up')({
  beforeLoad: async ({ context: { queryClient } }) => {
    if (await restore()) throw redirect({ to: '/', replace: true })
    const { needed, registration } = await queryClient.query(setupQuery)
    if (!needed && registration !== 'open') throw redirect({ to: '/sign-in', replace: true })
  },
  component: SetUp,
})

function SetUp() {
  const navigate = Route.useNavigate()
  const { data: setup } = useSuspenseQuery(setupQuery)
  return (
    <AuthFrame>
      <SetUpForm
        isFirst={setup.needed}
        onDone={(workspace) =>
          navigate({ to: '/w/$workspace/watchers/new', params: { workspace }, replace: true })
        }
      />
    </AuthFrame>
  )
}
