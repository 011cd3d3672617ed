import { createFileRoute } from '@tanstack/react-router'
import { AuditPage } from '@/features/workspace/audit-page'
import { parseAuditSearch } from '@/features/workspace/audit-search'

export const Route = createFileRoute('/_app/w/$workspace/settings_/audit')({
  validateSearch: parseAuditSearch,
  component: Audit,
})

function Audit() {
  return <AuditPage search={Route.useSearch()} />
}
