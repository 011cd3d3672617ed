import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { usersMeUpdate } from '@/client/sdk.gen'
import type { UserPublic } from '@/client/types.gen'
import { chosenLanguage, setLanguage } from './i18n'
import { meQuery } from './me'
import { setTheme } from './theme'
import { setTimeZone } from './time-zone'

export type Preferences = Pick<UserPublic, 'theme' | 'language' | 'time_zone'>

// What the account was not told yet: a page left, or a network gone, a moment after the choice.
const KEY = 'healther.untold-preferences'

interface Untold {
  user: string
  changes: Partial<Preferences>
}

function untold(user: string): Partial<Preferences> {
  const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Untold | null
  return stored?.user === user ? stored.changes : {}
}

/** How people like to see things, wherever they sign in; what was chosen here and not told yet counts before it. */
export async function applyPreferences(queryClient: QueryClient, me: UserPublic) {
  const changes = untold(me.id)
  await show({ ...me, ...changes })
  if (Object.keys(changes).length > 0) {
    await tell(queryClient, me.id, changes).catch(() => {
      // It stays untold, and is told with the next page.
    })
  }
}

async function show({ theme, language, time_zone }: Preferences) {
  setTheme(theme)
  setTimeZone(time_zone)
  if (language !== chosenLanguage()) await setLanguage(language)
}

async function tell(queryClient: QueryClient, user: string, changes: Partial<Preferences>) {
  localStorage.setItem(
    KEY,
    JSON.stringify({ user, changes: { ...untold(user), ...changes } } satisfies Untold),
  )
  // The answer is waited for even when the page is left.
  const { data } = await usersMeUpdate({ body: changes, keepalive: true, throwOnError: true })
  localStorage.removeItem(KEY)
  queryClient.setQueryData(meQuery.queryKey, data)
}

/** Chooses a theme, a language or a time zone: shown at once, kept in the account. */
export function usePrefer() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async (changes: Partial<Preferences>) => {
      const me = await queryClient.query({ ...meQuery, staleTime: 'static' })
      await show({ ...me, ...untold(me.id), ...changes })
      await tell(queryClient, me.id, changes)
    },
  })
}
