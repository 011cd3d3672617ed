import { useTranslation } from 'react-i18next'
import { Card } from '@/components/card'
import { Skeleton } from '@/components/skeleton'

/** The editor while its form is being loaded. */
export function EditorSkeleton() {
  const { t } = useTranslation()
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,28rem)_minmax(0,1fr)] lg:gap-x-6">
      <span role="status" className="sr-only">
        {t('loading')}
      </span>
      <Card className="grid gap-5 p-5">
        {Array.from({ length: 5 }, (_, index) => (
          <div key={index} className="grid gap-1.5">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="h-control" />
          </div>
        ))}
      </Card>
      <Skeleton className="hidden h-64 rounded-lg lg:block" />
    </div>
  )
}
