import { queryOptions } from '@tanstack/react-query'
import { statusPagesGet } from '@/client/sdk.gen'
import { pagesKey } from '@/lib/status-pages'

/** One status page. */
export function pageQuery(workspace_id: string, page_id: string) {
  return queryOptions({
    queryKey: [...pagesKey(workspace_id), page_id],
    // What is being edited does not change under the hands of the editor.
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => {
      const { data } = await statusPagesGet({ path: { workspace_id, page_id }, signal, throwOnError: true })
      return data
    },
  })
}
