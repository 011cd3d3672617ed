import { ExternalLink, EyeOff, Globe } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/components/copy-button'
import { cn } from '@/lib/cn'

interface Props {
  name: ReactNode
  text: string
  published: boolean
  address: string
  /** Buttons at its end. */
  children?: ReactNode
}

/** A status page in the list: whether it is published, where, and what to do with it. */
export function PageRow({ name, text, published, address, children }: Props) {
  const { t } = useTranslation('statusPages')
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4">
      <div className="min-w-48 flex-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {name}
          <Published is={published} />
        </div>
        <p className="text-muted">{text}</p>
        {published && (
          <p className="flex min-w-0 items-center gap-1">
            <a
              href={address}
              target="_blank"
              rel="noreferrer"
              className="flex min-w-0 items-center gap-1.5 text-accent-text underline-offset-4 hover:underline"
            >
              <span className="truncate">{address.replace(/^https?:\/\//, '')}</span>
              <ExternalLink aria-label={t('newTab')} role="img" className="size-3.5 shrink-0" />
            </a>
            <CopyButton bare text={address} label={t('share.copyLink')} />
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">{children}</div>
    </li>
  )
}

/** Whether a page is published, in a shape and a word. */
export function Published({ is }: { is: boolean }) {
  const { t } = useTranslation('statusPages')
  const Icon = is ? Globe : EyeOff
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium',
        is ? 'bg-healthy-bg text-healthy-fg' : 'bg-paused-bg text-paused-fg',
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      {is ? t('isPublished') : t('isNot')}
    </span>
  )
}
