import { usersMeOptions } from '@/client/@tanstack/react-query.gen'

/** Who is signed in; every page below the shell has it loaded. */
export const meQuery = { ...usersMeOptions(), staleTime: 60_000 }
