import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { authEmail } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { ProblemNotice } from '@/components/problem-notice'
import { meQuery } from '@/lib/me'
import { asProblem } from '@/lib/problem'
import { LinkOver } from './link-over'
import { Said } from './said'

/** The new address of an account says yes, by the link that was mailed to it; `token` is what stands behind its #. */
export function NewAddressPage({ token }: { token: string }) {
  const { t } = useTranslation('recovery')
  const queryClient = useQueryClient()
  const confirm = useMutation({
    mutationFn: () => authEmail({ body: { token }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  })
  const problem = confirm.error === null ? null : asProblem(confirm.error)
  if (token === '' || problem?.status === 404) {
    return (
      <LinkOver>
        <p className="text-muted">{t('over.change')}</p>
      </LinkOver>
    )
  }
  if (confirm.isSuccess) {
    return (
      <Said title={t('newAddress.doneTitle')} text={t('newAddress.doneText')}>
        <Button asChild variant="primary">
          <Link to="/">{t('newAddress.on')}</Link>
        </Button>
      </Said>
    )
  }
  const title = t('newAddress.title')
  return (
    <div className="grid gap-4">
      <title>{`${title} · healther`}</title>
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 text-muted">{t('newAddress.text')}</p>
      </div>
      <ProblemNotice problem={problem} />
      <Button
        variant="primary"
        aria-disabled={confirm.isPending}
        onClick={() => {
          if (!confirm.isPending) confirm.mutate()
        }}
      >
        {t('newAddress.do')}
      </Button>
    </div>
  )
}
