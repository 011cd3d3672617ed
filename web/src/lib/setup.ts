import { setupReadOptions } from '@/client/@tanstack/react-query.gen'

/** What an anonymous visitor may do: make the first account, sign up, or only sign in; asked anew each time. */
export const setupQuery = { ...setupReadOptions(), staleTime: 0 }
