import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'

interface Props {
  dirty: boolean
  pending: boolean
  onDiscard: () => void
}

/** Whether there is something to save, always in sight; above the phone's bar of places. */
export function SaveBar({ dirty, pending, onDiscard }: Props) {
  const { t } = useTranslation('statusPages')
  const { t: common } = useTranslation()
  return (
    <div className="sticky bottom-16 z-10 flex items-center gap-2 rounded-lg border bg-surface px-4 py-3 shadow-lg md:bottom-3">
      <p role="status" className="min-w-0 flex-1 text-muted">
        {dirty ? t('save.dirty') : t('save.clean')}
      </p>
      <Button
        aria-disabled={!dirty || pending}
        onClick={() => {
          if (dirty && !pending) onDiscard()
        }}
      >
        {t('save.discard')}
      </Button>
      <Button
        type="submit"
        variant="primary"
        aria-disabled={!dirty || pending}
        aria-keyshortcuts="Control+S Meta+S"
        onClick={(event) => {
          if (!dirty || pending) event.preventDefault()
        }}
      >
        {common('save')}
      </Button>
    </div>
  )
}
