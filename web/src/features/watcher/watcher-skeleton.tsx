import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/components/skeleton'

/** The page's shape, before anything is known. */
export function WatcherSkeleton() {
  const { t } = useTranslation()
  return (
    <div className="mx-auto grid w-full max-w-7xl gap-4 px-4 pt-5 pb-12 sm:px-6 lg:px-8">
      <span role="status" className="sr-only">
        {t('loading')}
      </span>
      <div className="flex items-center justify-between gap-4">
        <Skeleton className="h-7 w-56" />
        <Skeleton className="h-8 w-64 max-sm:hidden" />
      </div>
      <Skeleton className="h-4 w-72" />
      <Skeleton className="h-24 rounded-lg" />
      <Skeleton className="h-52 rounded-lg" />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_21rem]">
        <Skeleton className="h-128 rounded-lg" />
        <Skeleton className="h-80 rounded-lg" />
      </div>
    </div>
  )
}
