import { queryOptions } from '@tanstack/react-query'
import { updateTemplatesList } from '@/client/sdk.gen'
import { everyPage } from './every-page'

/** The words prepared for updates, by name. */
export function templatesQuery(workspace_id: string) {
  return queryOptions({
    queryKey: ['update-templates', workspace_id],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        updateTemplatesList({ path: { workspace_id }, query: { cursor }, signal, throwOnError: true }),
      ),
  })
}
