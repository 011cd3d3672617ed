import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { amendmentsWithdraw } from '@/client/sdk.gen'
import type { AmendmentPublic, WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { ErrorView } from '@/components/error-view'
import { Section } from '@/components/section'
import { Skeleton } from '@/components/skeleton'
import { StateMark } from '@/components/state-mark'
import { useFormat } from '@/lib/format'
import { refreshOverview } from '@/lib/overview'
import { refreshWatchers, watcherKey } from '@/lib/watcher-cache'
import { useName } from '@/lib/use-name'
import { useMay } from '@/lib/workspace'
import { amendmentsQuery } from './amendments'
import { CorrectRecord } from './correct-record'
import type { Path } from './queries'

/** Corrections of the record: what, why and by whom. Owners make and withdraw them. */
export function AmendmentsSection({ path, watcher }: { path: Path; watcher: WatcherPublic }) {
  const { t } = useTranslation('watcher')
  const isOwner = useMay('owner')
  const [correcting, setCorrecting] = useState(false)
  const [withdrawing, setWithdrawing] = useState<AmendmentPublic | null>(null)
  const list = useInfiniteQuery(amendmentsQuery(path))
  const shown = list.data?.pages.flatMap(({ items }) => items) ?? []
  if (!isOwner && shown.length === 0 && !list.isError) return null
  return (
    <Section
      title={t('amendments.title')}
      padded={false}
      actions={
        isOwner && (
          <Button
            onClick={() => {
              setCorrecting(true)
            }}
          >
            {t('amendments.correct')}
          </Button>
        )
      }
    >
      {list.isPending && <Skeleton className="mx-4 mb-4 h-6" />}
      {list.isError && !list.data && (
        <div className="px-4 pb-4">
          <ErrorView error={list.error} onRetry={() => void list.refetch()} />
        </div>
      )}
      {list.isSuccess && shown.length === 0 && <p className="px-4 pb-4 text-muted">{t('amendments.none')}</p>}
      <ol className="divide-y">
        {shown.map((amendment) => (
          <li key={amendment.id} className="grid gap-1 px-4 py-2">
            <Amendment amendment={amendment} />
            {isOwner && amendment.withdrawn_at === null && (
              <Button
                variant="ghost"
                className="justify-self-start"
                onClick={() => {
                  setWithdrawing(amendment)
                }}
              >
                {t('amendments.withdraw')}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {list.hasNextPage && (
        <div className="border-t p-2 text-center">
          <Button variant="ghost" aria-disabled={list.isFetching} onClick={() => void list.fetchNextPage()}>
            {t('amendments.more')}
          </Button>
        </div>
      )}
      {correcting && (
        <CorrectRecord
          watcher={watcher}
          onClose={() => {
            setCorrecting(false)
          }}
        />
      )}
      <Withdraw
        path={path}
        amendment={withdrawing}
        onClose={() => {
          setWithdrawing(null)
        }}
      />
    </Section>
  )
}

function Amendment({ amendment }: { amendment: AmendmentPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const { state, from, to, reason, created_by, withdrawn_at, withdrawn_by } = amendment
  const name = useName()
  const count = amendment.watcher_ids.length
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2">
        <StateMark state={state} />
        <span className="text-xs text-muted tabular">
          {t('amendments.span', { from: format.dateTime(from), to: format.dateTime(to) })}
        </span>
      </p>
      <p className="break-words whitespace-pre-line">{reason}</p>
      <p className="text-xs text-subtle">
        {count > 1 && `${t('amendments.covered', { count })} · `}
        {t('amendments.by', { name: name(created_by), time: format.dateTime(amendment.created_at) })}
        {withdrawn_at !== null && (
          <>
            {' · '}
            {t('amendments.withdrawnBy', {
              name: name(withdrawn_by ?? ''),
              time: format.dateTime(withdrawn_at),
            })}
          </>
        )}
      </p>
    </>
  )
}

interface WithdrawProps {
  path: Path
  amendment: AmendmentPublic | null
  onClose: () => void
}

function Withdraw({ path, amendment, onClose }: WithdrawProps) {
  const { t } = useTranslation('watcher')
  const queries = useQueryClient()
  const withdraw = useMutation({
    mutationFn: ({ id: amendment_id }: AmendmentPublic) =>
      amendmentsWithdraw({ path: { workspace_id: path.workspace_id, amendment_id }, throwOnError: true }),
    onSuccess: async (_, { watcher_ids }) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: watcherKey(path.watcher_id) }),
        refreshWatchers(queries, watcher_ids),
        refreshOverview(queries, path.workspace_id),
      ])
      toast.success(t('amendments.withdrawn'))
      onClose()
    },
  })
  return (
    <Confirm
      open={amendment !== null}
      onOpenChange={onClose}
      title={t('amendments.withdrawTitle')}
      action={t('amendments.withdraw')}
      pending={withdraw.isPending}
      problem={withdraw.error}
      onConfirm={() => {
        if (amendment) withdraw.mutate(amendment)
      }}
    >
      {t('amendments.withdrawText', { count: amendment?.watcher_ids.length ?? 1 })}
    </Confirm>
  )
}
