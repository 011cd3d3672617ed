import { createFileRoute } from '@tanstack/react-router'
import { ReportsPage } from '@/features/reports/reports-page'
import { parseReportsSearch } from '@/features/reports/search'

export const Route = createFileRoute('/_app/w/$workspace/reports')({
  validateSearch: parseReportsSearch,
  component: Reports,
})

function Reports() {
  return <ReportsPage search={Route.useSearch()} />
}
