import { queryOptions } from '@tanstack/react-query'
import { client } from '@/client/client.gen'

/** What an anonymous visitor may do: make the first account, sign up, or only sign in. */
export interface Setup {
  needed: boolean
  registration: 'first' | 'open' | 'closed'
}

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  staleTime: 0,
  queryFn: async ({ signal }) => {
    const { data } = await client.get<{ 200: Setup }, unknown, true>({ url: '/api/v1/setup', signal })
    return data
  },
})
