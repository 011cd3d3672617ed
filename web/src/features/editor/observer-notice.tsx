import { Link } from '@tanstack/react-router'
import { Eye } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { useWorkspace } from '@/lib/workspace'

/** Instead of the editor, for who may not change watchers. */
export function ObserverNotice() {
  const { t } = useTranslation('editor')
  const { name, slug } = useWorkspace()
  return (
    <Empty
      icon={Eye}
      title={t('observer')}
      action={
        <Button asChild>
          <Link to="/w/$workspace" params={{ workspace: slug }}>
            {t('toOverview')}
          </Link>
        </Button>
      }
    >
      <p>{t('observerText', { workspace: name })}</p>
    </Empty>
  )
}
