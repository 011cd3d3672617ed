import { authToken } from '@/client/sdk.gen'
import { signedIn } from '@/lib/session'

/** Signs in with email and password; throws the API's refusal. */
export async function signIn(email: string, password: string) {
  const { data } = await authToken({
    body: { grant_type: 'password', username: email, password },
    throwOnError: true,
  })
  signedIn(data)
}
