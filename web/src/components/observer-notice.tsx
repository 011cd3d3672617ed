import { Link } from '@tanstack/react-router'
import { Eye } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useWorkspace } from '@/lib/workspace'
import { Button } from './button'
import { Empty } from './empty'
import { Landmark } from './landmark'

/** In place of a form, for those who may change nothing. */
export function ObserverNotice() {
  const { t } = useTranslation()
  const { name, slug } = useWorkspace()
  return (
    <Landmark className="mx-auto grid min-h-[70dvh] w-full max-w-2xl place-content-center p-6 *:w-full">
      <title>{`${t('observer.title')} · healther`}</title>
      <Empty
        icon={Eye}
        heading="h1"
        title={t('observer.title')}
        action={
          <Button asChild>
            <Link to="/w/$workspace" params={{ workspace: slug }}>
              {t('notFound.home')}
            </Link>
          </Button>
        }
      >
        <p>{t('observer.text', { workspace: name })}</p>
      </Empty>
    </Landmark>
  )
}
