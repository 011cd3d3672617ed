import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, redirect, useRouter } from '@tanstack/react-router'
import { AuthFrame } from '@/features/auth/auth-frame'
import { SignInForm } from '@/features/auth/sign-in-form'
import { restore } from '@/lib/session'
import { setupQuery } from '@/lib/setup'

/** Only a path of this app: an address from outside must not be able to send people elsewhere. */
function innerPath(next: unknown): string | undefined {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined
}

export const Route = createFileRoute('/sign-in')({
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: innerPath(search.next) }),
  beforeLoad: async ({ search, context: { queryClient } }) => {
    if (await restore()) throw redirect({ href: search.next ?? '/', replace: true })
    const { needed } = await queryClient.query(setupQuery)
    if (needed) throw redirect({ to: '/set-up', replace: true })
  },
  component: SignIn,
})

function SignIn() {
  const router = useRouter()
  const { next } = Route.useSearch()
  const { data: setup } = useSuspenseQuery(setupQuery)
  return (
    <AuthFrame>
      <SignInForm
        maySignUp={setup.registration === 'open'}
        onDone={() => {
          router.history.replace(next ?? '/')
        }}
      />
    </AuthFrame>
  )
}
