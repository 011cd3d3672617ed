import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Page } from '@/components/page'
import { useWorkspace } from '@/lib/workspace'
import { KindIcon } from './kind-icon'
import { inOrder, useKindWords } from './kind-words'
import { MailNotice } from './mail-notice'
import { kindsQuery } from './queries'

/** The kinds of channel to choose from. */
export function Gallery() {
  const { t, title, about } = useKindWords()
  const { slug } = useWorkspace()
  const { data } = useSuspenseQuery(kindsQuery)
  return (
    <Page title={t('addChannel')}>
      <p className="-mt-3 mb-5 text-muted">{t('chooseKind')}</p>
      {!data.mail_configured && <MailNotice />}
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
        {inOrder(data.kinds).map((kind) => {
          return (
            <li key={kind.kind}>
              <Link
                to="/w/$workspace/alerts/channels/new"
                params={{ workspace: slug }}
                search={{ kind: kind.kind }}
                className="flex h-full items-start gap-3 rounded-lg border bg-surface p-4 shadow-sm hover:bg-hover"
              >
                <KindIcon kind={kind.kind} className="mt-0.5 size-5 shrink-0 text-accent-text" />
                <span className="min-w-0">
                  <span className="block font-medium">{title(kind)}</span>
                  <span className="block text-muted">{about(kind)}</span>
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </Page>
  )
}
