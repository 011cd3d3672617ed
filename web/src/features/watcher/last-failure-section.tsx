import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'
import { StateMark } from '@/components/state-mark'
import type { ChangePublic, EventPublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { Facts } from './facts'
import { sharesOf } from './phases'
import { CHANGE_DAYS, changesQuery, lastFailureQuery, type Path } from './queries'
import { ReasonText } from '@/components/reason-text'
import { Section } from '@/components/section'
import { ShareBar } from './share-bar'

/** The confirmed change that the failed check is part of. */
function outageOf({ created_at }: EventPublic, changes: ChangePublic[]) {
  const before = changes.find(({ at }) => Date.parse(at) <= Date.parse(created_at))
  return before?.reason == null ? undefined : before
}

/** How it was spoken: an answer over HTTP, a connection over TLS, both, or neither. */
function protocolOf({ http_version, tls_version, tls_cipher }: ChangePublic, name: string, cipher: string) {
  const spoken = [http_version && `HTTP/${http_version}`, tls_version?.replace('TLSv', 'TLS ')].filter(
    Boolean,
  )
  return [
    ...(spoken.length > 0 ? [[name, spoken.join(', ')] as const] : []),
    ...(tls_cipher
      ? [
          [
            cipher,
            <code key="it" className="text-xs break-all">
              {tls_cipher}
            </code>,
          ] as const,
        ]
      : []),
  ]
}

/** Long as it is, it can be read to its end and copied. */
function Fingerprint({ of }: { of: string }) {
  return <code className="text-xs break-all">{of}</code>
}

/** What the last check that was not healthy got for an answer. */
export function LastFailureSection({ path }: { path: Path }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const { data: failure, error, refetch } = useQuery(lastFailureQuery(path))
  const { data: changes = [] } = useQuery(changesQuery(path, CHANGE_DAYS))
  const shares = failure ? sharesOf(failure) : []
  const outage = failure ? outageOf(failure, changes) : undefined
  return (
    <Section title={t('failure.title')}>
      {failure === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {failure === undefined && !error && <Skeleton className="h-24" />}
      {failure === null && <p className="text-muted">{t('failure.none')}</p>}
      {failure && (
        <div className="grid gap-3">
          <p className="flex flex-wrap items-center justify-between gap-x-3">
            <StateMark state={failure.status} look="badge" />
            <span className="text-xs text-subtle tabular">{format.dateTime(failure.created_at)}</span>
          </p>
          <ReasonText reason={failure.reason} message={failure.message} />
          <Facts
            facts={[
              [t('failure.code'), failure.response_status ?? t('failure.noAnswer')],
              [
                t('failure.time'),
                failure.response_time_ms === null ? '–' : format.milliseconds(failure.response_time_ms),
              ],
              // Stored when an outage was confirmed, not with each check.
              ...(outage ? protocolOf(outage, t('failure.protocol'), t('failure.cipher')) : []),
              ...(outage?.address ? [[t('failure.address'), outage.address] as const] : []),
              ...(outage?.certificate_sha256
                ? [
                    [
                      t('failure.certificate'),
                      <Fingerprint key="it" of={outage.certificate_sha256} />,
                    ] as const,
                  ]
                : []),
            ]}
          />
          {shares.length > 1 && <ShareBar shares={shares} />}
        </div>
      )}
    </Section>
  )
}
