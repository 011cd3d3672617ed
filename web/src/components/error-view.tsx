import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Compass, TriangleAlert } from 'lucide-react'
import { asProblem } from '@/lib/problem'
import { Button } from './button'
import { Empty } from './empty'

interface Props {
  error: unknown
  onRetry: () => void
  heading?: 'h1' | 'h2'
}

/** A view that could not be shown, and the way to try again. */
export function ErrorView({ error, onRetry, heading }: Props) {
  const { t } = useTranslation()
  const problem = asProblem(error)
  // The address names nothing that could be there: trying again finds no more.
  if (problem.fields.length > 0 && problem.fields.every(({ where }) => where.startsWith('path.'))) {
    return (
      <Empty
        icon={Compass}
        heading={heading}
        title={t('notFound.title')}
        action={
          <Button asChild>
            <Link to="/">{t('notFound.home')}</Link>
          </Button>
        }
      >
        <p>{t('notFound.text')}</p>
      </Empty>
    )
  }
  return (
    <div role="alert">
      <Empty
        icon={TriangleAlert}
        heading={heading}
        title={problem.unreachable ? t('error.unreachable') : t('error.title')}
        action={<Button onClick={onRetry}>{t('error.retry')}</Button>}
      >
        {!problem.unreachable && <p>{problem.message}</p>}
        {problem.requestId && <p className="mt-1 font-mono text-xs">{problem.requestId}</p>}
      </Empty>
    </div>
  )
}
