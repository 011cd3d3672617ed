import {
  BellOff,
  CircleCheck,
  CircleDashed,
  KeyRound,
  Moon,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ChannelPublic } from '@/client/types.gen'
import { cn } from '@/lib/cn'

const LOOKS = {
  working: [CircleCheck, 'text-healthy-fg'],
  fresh: [CircleDashed, 'text-muted'],
  failing: [TriangleAlert, 'text-degraded-fg'],
  unusable: [TriangleAlert, 'text-down-fg'],
  sealed: [KeyRound, 'text-down-fg'],
  disabled: [BellOff, 'text-down-fg'],
  off: [Moon, 'text-muted'],
} as const satisfies Record<string, readonly [LucideIcon, string]>

type State = keyof typeof LOOKS

/** How a channel is doing, in one word. */
export function stateOf(channel: ChannelPublic): State {
  if (!channel.enabled) return channel.disabled_reason === null ? 'off' : 'disabled'
  if (channel.unusable_because === 'secret_key') return 'sealed'
  if (!channel.usable) return 'unusable'
  if (channel.failures > 0) return 'failing'
  return channel.last_sent_at === null ? 'fresh' : 'working'
}

/** How a channel is doing: a picture with its word. */
export function ChannelState({ channel }: { channel: ChannelPublic }) {
  const { t } = useTranslation('alerting')
  const state = stateOf(channel)
  const [Icon, tone] = LOOKS[state]
  return (
    <span className={cn('inline-flex shrink-0 items-center gap-1.5 font-medium', tone)}>
      <Icon aria-hidden className="size-4" />
      {t(`state.${state}`)}
    </span>
  )
}
