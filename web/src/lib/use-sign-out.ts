import { useMutation } from '@tanstack/react-query'
import { authSignOut, authSignOutEverywhere } from '@/client/sdk.gen'
import { asProblem } from './problem'
import { signedOut } from './session'

/** Ends this sign-in, or every one of the account; the router then asks to sign in. */
export function useSignOut() {
  return useMutation({
    mutationFn: async (where: 'here' | 'everywhere') => {
      try {
        await (where === 'here' ? authSignOut : authSignOutEverywhere)({ throwOnError: true })
      } catch (error) {
        // Ended already, from elsewhere: what was asked for.
        if (asProblem(error).status !== 401) throw error
      }
    },
    onSuccess: signedOut,
  })
}
