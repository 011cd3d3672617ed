import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MailQuestion } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { meQuery, myAddressQuery } from '@/lib/me'

/** Says that nobody mails the reader before their address has said yes; nothing where it has, or where nobody asks. */
export function AddressNotice() {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: said } = useQuery(myAddressQuery(me.email))
  if (!said || said.state === 'confirmed') return null
  const { address, state, asked_at } = said
  return (
    <div role="note" className="mb-4 flex gap-2 rounded-md border bg-surface px-3 py-2">
      <MailQuestion aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <p className="min-w-0 wrap-anywhere">
        {t(`address.${state === 'waiting' && asked_at === null ? 'notAsked' : state}`, { address })}{' '}
        <Button asChild variant="link" size="bare">
          <Link to="/profile">{t('address.more')}</Link>
        </Button>
      </p>
    </div>
  )
}
