import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/components/skeleton'

/** The overview before its first answer, in its own shape. */
export function OverviewSkeleton() {
  const { t } = useTranslation()
  return (
    <div>
      <span role="status" className="sr-only">
        {t('loading')}
      </span>
      <Skeleton className="mb-4 h-14 rounded-lg" />
      <Skeleton className="mb-3 h-8 w-72" />
      <div className="grid gap-px overflow-hidden rounded-lg border">
        {Array.from({ length: 8 }, (_, index) => (
          <Skeleton key={index} className="h-11 rounded-none" />
        ))}
      </div>
    </div>
  )
}
