import { Loader } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from './button'

interface Props {
  label: string
  pending: boolean
  onMore: () => void
}

/** Fetches the next page of a list. */
export function MoreButton({ label, pending, onMore }: Props) {
  const { t } = useTranslation('incidents')
  return (
    <Button
      variant="ghost"
      aria-disabled={pending}
      onClick={() => {
        if (!pending) onMore()
      }}
    >
      {pending && <Loader aria-hidden className="animate-spin" />}
      {pending ? t('loadingMore') : label}
    </Button>
  )
}
