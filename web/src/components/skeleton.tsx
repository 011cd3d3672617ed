import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'

/** A place where something will be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('animate-pulse rounded-md bg-hover', className)} />
}

/** A page that is being loaded. */
export function PageSkeleton() {
  const { t } = useTranslation()
  return (
    <div className="mx-auto grid w-full max-w-7xl gap-3 px-4 pt-5 sm:px-6 lg:px-8">
      <span role="status" className="sr-only">
        {t('loading')}
      </span>
      <Skeleton className="mb-3 h-7 w-44" />
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} className="h-11" />
      ))}
    </div>
  )
}
