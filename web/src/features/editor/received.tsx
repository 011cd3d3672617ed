import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProbeSeen } from '@/client/types.gen'
import { useFormat } from '@/lib/format'

/** What the server answered: the facts, its headers, the beginning of the body as text. */
export function Received({ seen }: { seen: ProbeSeen }) {
  const { t } = useTranslation('editor')
  const format = useFormat()
  const last = seen.hops.at(-1)
  const answered = last?.status != null
  const facts = [
    [t('received.address'), last?.address],
    [t('received.protocol'), last?.http_version && `HTTP/${last.http_version}`],
    [
      t('received.tls'),
      seen.tls_version && `${seen.tls_version.replace('TLSv', 'TLS ')}, ${seen.tls_cipher}`,
    ],
    [t('received.subject'), seen.certificate_subject],
    [t('received.issuer'), seen.certificate_issuer],
    [t('received.ends'), seen.certificate_not_after && format.dateTime(seen.certificate_not_after)],
    [t('received.size'), answered ? format.bytes(seen.body_bytes) : undefined],
  ].filter(([, value]) => value)
  if (facts.length === 0) return null
  return (
    <section className="grid gap-3 p-5">
      <h2 className="text-base font-semibold">{t('received.title')}</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-subtle">{label}</dt>
            <dd className="break-words tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {last && last.headers.length > 0 && (
        <Details title={t('received.headers', { count: last.headers.length })}>
          <dl className="grid gap-y-1 font-mono text-xs">
            {last.headers.map(([name, value], index) => (
              <div key={index} className="flex flex-wrap gap-x-2">
                <dt className="text-muted">{name}:</dt>
                <dd className="min-w-0 break-all">{value}</dd>
              </div>
            ))}
          </dl>
        </Details>
      )}
      {answered && <Body seen={seen} />}
    </section>
  )
}

function Body({ seen }: { seen: ProbeSeen }) {
  const { t } = useTranslation('editor')
  if (seen.body_bytes === 0) return <p className="text-muted">{t('received.empty')}</p>
  const whole = new TextEncoder().encode(seen.body_excerpt).length >= seen.body_bytes
  return (
    <Details title={t('received.body')} note={whole ? undefined : t('received.excerpt')} open>
      <pre
        // Scrolls, so it must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label={t('received.body')}
        className="max-h-64 overflow-auto rounded-md border bg-sunken p-3 font-mono text-xs break-words whitespace-pre-wrap"
      >
        {seen.body_excerpt}
      </pre>
    </Details>
  )
}

interface DetailsProps {
  title: string
  note?: string
  open?: boolean
  children: ReactNode
}

function Details({ title, note, open, children }: DetailsProps) {
  return (
    <details className="group" open={open}>
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1.5 rounded-sm py-1 text-muted hover:text-fg [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 transition-transform duration-(--quick) group-open:rotate-90"
        />
        {title}
        {note && <span className="text-subtle">{note}</span>}
      </summary>
      <div className="mt-1.5">{children}</div>
    </details>
  )
}
