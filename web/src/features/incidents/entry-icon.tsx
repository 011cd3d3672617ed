import {
  ArrowDownRight,
  ArrowUpRight,
  BellOff,
  BellRing,
  CircleCheck,
  CircleDashed,
  Combine,
  FilePenLine,
  FileText,
  Flag,
  LogOut,
  Megaphone,
  OctagonX,
  RotateCcw,
  Scale,
  Send,
  SendHorizontal,
  StickyNote,
  TriangleAlert,
  UserCheck,
  UserMinus,
  Waves,
  type LucideIcon,
} from 'lucide-react'
import type { EntryKind, IncidentEntryPublic } from '@/client/types.gen'
import { cn } from '@/lib/cn'

const ICONS: Record<EntryKind, LucideIcon> = {
  opened: Flag,
  detected: TriangleAlert,
  confirmed: OctagonX,
  joined: Combine,
  worsened: ArrowDownRight,
  improved: ArrowUpRight,
  recovered: CircleCheck,
  left: LogOut,
  unknown: CircleDashed,
  merged: Combine,
  held: BellOff,
  released: BellRing,
  flapping: Waves,
  settled: Waves,
  rule: Scale,
  notified: Send,
  not_notified: SendHorizontal,
  acknowledged: UserCheck,
  unacknowledged: UserMinus,
  update: Megaphone,
  note: StickyNote,
  edited: FilePenLine,
  resolved: CircleCheck,
  reopened: RotateCcw,
  amended: FilePenLine,
  post_mortem: FileText,
}

const TONE: Partial<Record<EntryKind, string>> = {
  detected: 'text-degraded-solid',
  confirmed: 'text-down-solid',
  worsened: 'text-down-solid',
  not_notified: 'text-degraded-solid',
  recovered: 'text-healthy-solid',
  resolved: 'text-healthy-solid',
  update: 'text-accent-text',
}

/** The sign of a line of the timeline; its words stand beside it. */
export function EntryIcon({ entry }: { entry: Pick<IncidentEntryPublic, 'kind' | 'facts'> }) {
  // What is confirmed may be that it is degraded: no stop sign for that.
  const kind = entry.kind === 'confirmed' && entry.facts.state === 'degraded' ? 'detected' : entry.kind
  const Icon = ICONS[kind]
  return (
    <span className="grid size-7 shrink-0 place-content-center rounded-full border bg-surface">
      <Icon aria-hidden className={cn('size-3.5', TONE[kind] ?? 'text-muted')} />
    </span>
  )
}
