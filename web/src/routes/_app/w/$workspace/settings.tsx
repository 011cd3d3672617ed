import { createFileRoute } from '@tanstack/react-router'
import { WorkspaceSettings } from '@/features/workspace/settings'

export const Route = createFileRoute('/_app/w/$workspace/settings')({ component: WorkspaceSettings })
