import { UserMinus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { StatusPagePublic, SubscriberPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { useFormat } from '@/lib/format'

interface Props {
  subscriber: SubscriberPublic
  page: StatusPagePublic
  onRemove: () => void
}

/** One who subscribed: where, to what, since when, and why nothing is sent where that is so. */
export function SubscriberRow({ subscriber, page, onRemove }: Props) {
  const { t } = useTranslation('statusPages')
  const format = useFormat()
  const { kind, address, component_keys, confirmed_at, disabled_reason, created_at } = subscriber
  const names = new Map(
    page.sections.flatMap(({ components }) => components).map(({ key, name }) => [key, name]),
  )
  const services =
    component_keys === null
      ? t('subscribers.every')
      : component_keys.map((key) => names.get(key) ?? key).join(', ')
  const state =
    disabled_reason !== null
      ? t('subscribers.isDisabled', { reason: disabled_reason })
      : confirmed_at === null
        ? t('subscribers.isUnconfirmed', { at: format.shortDateTime(created_at) })
        : t('subscribers.isConfirmed', { at: format.shortDateTime(confirmed_at) })
  return (
    <li className="flex items-center justify-between gap-3 px-3 py-2">
      <div className="min-w-0 wrap-anywhere">
        <p>
          <span className="font-medium">{address}</span>{' '}
          <span className="text-subtle">{t(`subscribers.kind.${kind}`)}</span>
        </p>
        <p className="text-muted">{services}</p>
        <p className={disabled_reason === null ? 'text-subtle' : 'text-down-fg'}>{state}</p>
      </div>
      <Button
        variant="ghost"
        size="icon"
        aria-label={t('subscribers.remove', { address })}
        onClick={onRemove}
      >
        <UserMinus aria-hidden />
      </Button>
    </li>
  )
}
