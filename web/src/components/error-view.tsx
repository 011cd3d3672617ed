import { useTranslation } from 'react-i18next'
import { TriangleAlert } from 'lucide-react'
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
