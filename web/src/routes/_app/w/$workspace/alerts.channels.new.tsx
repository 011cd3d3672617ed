import { createFileRoute } from '@tanstack/react-router'
import { ObserverNotice } from '@/components/observer-notice'
import { NewChannel } from '@/features/alerting/channel-editor'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/alerts/channels/new')({
  validateSearch: (search: Record<string, unknown>): { kind?: string } => ({
    kind: typeof search.kind === 'string' ? search.kind : undefined,
  }),
  component: New,
})

function New() {
  const { workspace } = Route.useParams()
  const { kind } = Route.useSearch()
  const navigate = Route.useNavigate()
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <NewChannel
      kind={kind}
      onDone={() => void navigate({ to: '/w/$workspace/alerts', params: { workspace }, ignoreBlocker: true })}
    />
  )
}
