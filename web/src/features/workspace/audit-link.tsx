import { Link } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Setting } from '@/components/setting'
import { useWorkspace } from '@/lib/workspace'

/** The way to the audit trail. */
export function AuditLink() {
  const { t } = useTranslation('audit')
  const { slug } = useWorkspace()
  return (
    <Setting
      title={t('title')}
      text={t('text')}
      action={
        <Button asChild>
          <Link to="/w/$workspace/settings/audit" params={{ workspace: slug }}>
            <ScrollText aria-hidden />
            {t('open')}
          </Link>
        </Button>
      }
    />
  )
}
