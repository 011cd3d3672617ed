import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { usersMeSessionsOptions } from '@/client/@tanstack/react-query.gen'
import { usersMeSessionsEnd } from '@/client/sdk.gen'
import type { SessionPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { ErrorView } from '@/components/error-view'
import { Setting } from '@/components/setting'
import { Skeleton } from '@/components/skeleton'
import { useFormat } from '@/lib/format'
import { useNow } from '@/lib/use-now'
import { useSignOut } from '@/lib/use-sign-out'

const MINUTE_MS = 60_000

/** Where somebody is signed in, and the ends of it. */
export function Sessions() {
  const { t } = useTranslation('profile')
  const { data: sessions, error, refetch } = useQuery(usersMeSessionsOptions())
  return (
    <Setting title={t('sessions.title')} text={t('sessions.text')} action={<EverywhereButton />}>
      {sessions === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {sessions === undefined && !error && (
        <div className="grid gap-2">
          <Skeleton className="h-11" />
          <Skeleton className="h-11" />
        </div>
      )}
      {sessions && (
        <ul className="divide-y">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Setting>
  )
}

function SessionRow({ session }: { session: SessionPublic }) {
  const { t } = useTranslation('profile')
  const { relative, dateTime } = useFormat()
  const now = useNow(MINUTE_MS)
  const queryClient = useQueryClient()
  const end = useMutation({
    mutationFn: () => usersMeSessionsEnd({ path: { session_id: session.id }, throwOnError: true }),
    onSuccess: async () => {
      toast.success(t('sessions.ended'))
      await queryClient.invalidateQueries({ queryKey: usersMeSessionsOptions().queryKey })
    },
  })
  const { browser, system } = session
  const device =
    browser && system
      ? t('sessions.device', { browser, system })
      : (browser ?? system ?? t('sessions.unknown'))
  return (
    <li className="flex items-center gap-3 py-2.5">
      <Monitor aria-hidden className="size-4 shrink-0 text-subtle" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          {device}
          {session.current && (
            <span className="ml-2 rounded-full bg-accent-bg px-2 py-0.5 text-xs text-accent-text">
              {t('sessions.current')}
            </span>
          )}
        </p>
        <p className="text-subtle">
          {session.address && `${session.address} · `}
          <time dateTime={session.last_used_at} title={dateTime(session.last_used_at)}>
            {t('sessions.used', { time: relative(session.last_used_at, now) })}
          </time>
        </p>
      </div>
      {!session.current && (
        <Button
          aria-label={t('sessions.endNamed', { device })}
          aria-disabled={end.isPending}
          onClick={() => {
            if (!end.isPending) end.mutate()
          }}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  )
}

function EverywhereButton() {
  const { t } = useTranslation('profile')
  const [asking, setAsking] = useState(false)
  const signOut = useSignOut()
  return (
    <>
      <Button
        onClick={() => {
          setAsking(true)
        }}
      >
        {t('everywhere')}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t('everywhereAsk')}
        action={t('everywhere')}
        pending={signOut.isPending}
        onConfirm={() => {
          signOut.mutate('everywhere')
        }}
      >
        <p>{t('everywhereText')}</p>
      </Confirm>
    </>
  )
}
