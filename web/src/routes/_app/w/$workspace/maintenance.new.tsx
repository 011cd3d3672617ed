import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { ObserverNotice } from '@/components/observer-notice'
import { freshDraft } from '@/features/maintenance/draft'
import { WindowForm } from '@/features/maintenance/window-form'
import { useTimeZone } from '@/lib/time-zone'
import { useMay } from '@/lib/workspace'

export const Route = createFileRoute('/_app/w/$workspace/maintenance/new')({ component: New })

function New() {
  const { workspace } = Route.useParams()
  const navigate = Route.useNavigate()
  const zone = useTimeZone()
  const [initial] = useState(() => freshDraft(Date.now(), zone))
  if (!useMay('admin')) return <ObserverNotice />
  return (
    <WindowForm
      initial={initial}
      onSaved={() =>
        void navigate({ to: '/w/$workspace/maintenance', params: { workspace }, ignoreBlocker: true })
      }
    />
  )
}
