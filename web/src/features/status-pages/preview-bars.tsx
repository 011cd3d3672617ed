import { cn } from '@/lib/cn'

// As the page has them on a phone.
const BARS = 30
/** A letter of the API's `days` as the page draws it: trouble is taller, and what nobody watched a stub. */
const LOOKS: Record<string, string> = {
  h: 'h-3 bg-healthy-solid',
  d: 'h-3.5 bg-degraded-solid',
  x: 'h-4 bg-down-solid',
  m: 'h-3 bg-maintenance-solid',
}

/** The last days of a service, a bar each; what they are is in words on the page itself. */
export function PreviewBars({ days }: { days: string }) {
  return (
    <span aria-hidden className="flex h-4 items-end gap-0.5">
      {Array.from({ length: BARS }, (_, at) => (
        <span
          key={at}
          className={cn('flex-1 rounded-sm', LOOKS[days.at(at - BARS) ?? ''] ?? 'h-1.5 bg-unknown-solid')}
        />
      ))}
    </span>
  )
}
