import { useTranslation } from 'react-i18next'
import type { StatusPagePublic } from '@/client/types.gen'
import { Setting } from '@/components/setting'
import { Share } from './share'
import { FIGURES } from './snippets'

/** How the page gets to people, as soon as it is published. */
export function SharePanel({ page }: { page: StatusPagePublic }) {
  const { t } = useTranslation('statusPages')
  const shown = FIGURES.filter(
    (figure) =>
      figure === 'state' ||
      (figure === 'latency' && page.show_latency) ||
      (figure.startsWith('uptime') && page.show_uptime),
  )
  const open = page.is_published && page.access !== 'password'
  return (
    <Setting title={t('share.title')} text={open ? t('share.text') : undefined}>
      {!page.is_published && <p className="text-muted">{t('share.unpublished')}</p>}
      {page.is_published && !open && <p className="text-muted">{t('share.locked', { url: page.url })}</p>}
      {open && (
        <Share
          title={page.title}
          url={page.url}
          slug={page.slug}
          components={page.sections.flatMap(({ components }) => components)}
          figures={shown}
        />
      )}
    </Setting>
  )
}
