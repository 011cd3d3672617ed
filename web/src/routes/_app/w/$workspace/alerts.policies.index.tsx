import { createFileRoute } from '@tanstack/react-router'
import { PoliciesPage } from '@/features/alerting/policies-page'

export const Route = createFileRoute('/_app/w/$workspace/alerts/policies/')({ component: PoliciesPage })
