import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usersMeDeletionOptions } from '@/client/@tanstack/react-query.gen'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { ErrorView } from '@/components/error-view'
import { Setting } from '@/components/setting'
import { Skeleton } from '@/components/skeleton'
import { DeleteForm } from './delete-form'

/** The end of one's account. */
export function DeleteAccount() {
  const { t } = useTranslation('profile')
  const [asking, setAsking] = useState(false)
  return (
    <Setting
      title={t('delete.title')}
      text={t('delete.text')}
      action={
        <Button
          variant="danger"
          onClick={() => {
            setAsking(true)
          }}
        >
          {t('delete.do')}
        </Button>
      }
    >
      <Dialog open={asking} onOpenChange={setAsking} title={t('delete.ask')}>
        <Question
          onCancel={() => {
            setAsking(false)
          }}
        />
      </Dialog>
    </Setting>
  )
}

function Question({ onCancel }: { onCancel: () => void }) {
  // Asked anew each time: a workspace may have been shared or handed over since.
  const { data, error, isFetching, refetch } = useQuery({
    ...usersMeDeletionOptions(),
    gcTime: 0,
    staleTime: 0,
  })
  if (error) return <ErrorView error={error} onRetry={() => void refetch()} />
  if (data === undefined || isFetching) return <Skeleton className="mt-4 h-40" />
  return <DeleteForm what={data} onCancel={onCancel} />
}
