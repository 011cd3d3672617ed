import { createFileRoute } from '@tanstack/react-router'
import { ChannelsPage } from '@/features/alerting/channels-page'

export const Route = createFileRoute('/_app/w/$workspace/alerts/')({ component: ChannelsPage })
