import { asProblem } from '@/lib/problem'
import { authorizedFetch } from '@/lib/session'

export const ENDINGS = ['pdf', 'html', 'csv'] as const
export type Ending = (typeof ENDINGS)[number]

/** Saves a month as a file; throws a ProblemError when the server refuses. */
export async function saveReport(
  workspaceId: string,
  month: string,
  ending: Ending,
  query: Record<string, string | undefined>,
): Promise<void> {
  const url = new URL(`/api/v1/workspaces/${workspaceId}/reports/${month}.${ending}`, location.origin)
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value)
  const answer = await authorizedFetch(url)
  if (!answer.ok) throw asProblem(await answer.json().catch(() => null), answer)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = `healther-${month}.${ending}`
  link.click()
  URL.revokeObjectURL(link.href)
}
