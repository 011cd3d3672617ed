import { createFileRoute } from '@tanstack/react-router'
import { OnCallPage } from '@/features/alerting/on-call-page'

export const Route = createFileRoute('/_app/w/$workspace/alerts/on-call/')({ component: OnCallPage })
