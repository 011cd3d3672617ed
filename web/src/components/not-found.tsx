import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from './button'
import { Empty } from './empty'
import { Landmark } from './landmark'

/** An address that leads nowhere, or to something that is gone. */
export function NotFound() {
  const { t } = useTranslation()
  return (
    <Landmark className="mx-auto grid min-h-[70dvh] w-full max-w-2xl place-content-center p-6 *:w-full">
      <title>{`${t('notFound.title')} · healther`}</title>
      <Empty
        icon={Compass}
        heading="h1"
        title={t('notFound.title')}
        action={
          <Button asChild>
            <Link to="/">{t('notFound.home')}</Link>
          </Button>
        }
      >
        <p>{t('notFound.text')}</p>
      </Empty>
    </Landmark>
  )
}
