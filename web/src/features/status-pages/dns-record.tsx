import { CopyButton } from '@/components/copy-button'

/** A record as it is entered where a domain's DNS is managed. */
export function DnsRecord({ text, label }: { text: string; label: string }) {
  return (
    <span className="mt-1 flex min-w-0 items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-3">
      <code className="min-w-0 flex-1 font-mono text-xs break-all">{text}</code>
      <CopyButton bare text={text} label={label} />
    </span>
  )
}
