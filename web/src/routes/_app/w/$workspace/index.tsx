import { createFileRoute } from '@tanstack/react-router'
import { Overview } from '@/features/overview/overview'
import { parseOverviewSearch } from '@/features/overview/search'

export const Route = createFileRoute('/_app/w/$workspace/')({
  validateSearch: parseOverviewSearch,
  component: OverviewPage,
})

function OverviewPage() {
  return <Overview search={Route.useSearch()} />
}
