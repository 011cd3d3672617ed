import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { MailQuestion } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { usersMeEmailAsk } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { useFormat } from '@/lib/format'
import { meQuery, myAddressQuery } from '@/lib/me'

/** What is left to do before the account's address is mailed; nothing once it has said yes. */
export function EmailConsent() {
  const { t } = useTranslation('profile')
  const format = useFormat()
  const { data: me } = useSuspenseQuery(meQuery)
  const queryClient = useQueryClient()
  const query = myAddressQuery(me.email)
  const { data: said } = useQuery(query)
  const ask = useMutation({
    mutationFn: () => usersMeEmailAsk({ throwOnError: true }),
    onSuccess: ({ data }) => {
      queryClient.setQueryData(query.queryKey, data)
      toast.success(t('consent.asked', { address: data.address }))
    },
  })
  if (!said || said.state === 'confirmed') return null
  const { address, state, asked_at, problem, mailed_at } = said
  const unasked = state === 'waiting' && asked_at === null
  return (
    <div role="note" className="flex gap-2 rounded-md bg-degraded-bg px-3 py-2 text-degraded-fg">
      <MailQuestion aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="grid min-w-0 gap-2 wrap-anywhere">
        <p>{t(`consent.${unasked ? 'notAsked' : state}`, { address })}</p>
        {mailed_at !== null && <p>{t('consent.meanwhile', { address: mailed_at })}</p>}
        {state === 'waiting' && (
          <>
            <p>
              {asked_at === null
                ? problem !== null && t('consent.because', { problem })
                : t('consent.askedAt', { time: format.dateTime(asked_at) })}
              {asked_at !== null && problem !== null && ` ${t('consent.problem', { problem })}`}
            </p>
            <Button
              className="justify-self-start"
              aria-disabled={ask.isPending}
              onClick={() => {
                if (!ask.isPending) ask.mutate()
              }}
            >
              {t('consent.ask')}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
