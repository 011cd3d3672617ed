import type { CreateClientConfig } from '@/client/client.gen'
import { authorizedFetch } from './session'

/** The generated client, from its first moment, asks this server with the session's token (openapi-ts.config.ts). */
export const createClientConfig: CreateClientConfig = (config) => ({
  ...config,
  baseUrl: location.origin,
  fetch: authorizedFetch,
  throwOnError: true,
})
