import {
  Bell,
  BellRing,
  Hash,
  Mail,
  MessageCircle,
  MessagesSquare,
  Phone,
  Webhook,
  type LucideIcon,
} from 'lucide-react'
import { createElement } from 'react'

const ICONS: Record<string, LucideIcon> = {
  email: Mail,
  webhook: Webhook,
  slack: Hash,
  discord: MessagesSquare,
  teams: MessagesSquare,
  mattermost: MessagesSquare,
  matrix: MessagesSquare,
  telegram: MessageCircle,
  twilio: Phone,
  pagerduty: BellRing,
  opsgenie: BellRing,
}

/** The picture of a kind of channel. */
export function KindIcon({ kind, className }: { kind: string; className: string }) {
  return createElement(ICONS[kind] ?? Bell, { 'aria-hidden': true, className })
}
