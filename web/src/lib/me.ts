import { queryOptions } from '@tanstack/react-query'
import { usersMeOptions } from '@/client/@tanstack/react-query.gen'
import { usersMeEmail } from '@/client/sdk.gen'

/** Who is signed in; every page below the shell has it loaded. */
export const meQuery = { ...usersMeOptions(), staleTime: 60_000 }

/** What the account's address says to being mailed; another address is asked anew. */
export const myAddressQuery = (email: string) =>
  queryOptions({
    queryKey: ['me', 'email', email],
    queryFn: async ({ signal }) => (await usersMeEmail({ signal, throwOnError: true })).data,
  })
