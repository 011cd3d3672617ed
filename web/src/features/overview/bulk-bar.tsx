import { Pause, Play, RefreshCw, Tag, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { Dialog } from '@/components/dialog'
import { useBulk } from '@/lib/use-bulk'
import { useWorkspace } from '@/lib/workspace'
import { TagForm } from './tag-form'

const AT_ONCE = [
  { action: 'check', icon: RefreshCw },
  { action: 'pause', icon: Pause },
  { action: 'resume', icon: Play },
] as const
const ASKED = [
  { action: 'tag', icon: Tag, className: undefined },
  { action: 'delete', icon: Trash2, className: 'text-down-fg' },
] as const

interface Props {
  ids: string[]
  tags: string[]
  onClear: () => void
}

/** What can be done with the watchers that are selected. */
export function BulkBar({ ids, tags, onClear }: Props) {
  const { t } = useTranslation('overview')
  const { id: workspaceId } = useWorkspace()
  const { run, pending } = useBulk(workspaceId)
  const [asking, setAsking] = useState<'tag' | 'delete' | null>(null)
  const close = () => {
    setAsking(null)
  }
  const count = ids.length
  return (
    <div
      role="toolbar"
      aria-label={t('bulk.label')}
      className="sticky bottom-16 z-20 mx-auto mt-3 flex w-fit max-w-full flex-wrap items-center gap-1 rounded-lg bg-surface p-1.5 shadow-lg md:bottom-4"
    >
      <span className="px-2 font-medium tabular" aria-live="polite">
        {t('bulk.selected', { count })}
      </span>
      {AT_ONCE.map(({ action, icon: Icon }) => (
        <Button
          key={action}
          variant="ghost"
          disabled={pending}
          onClick={() => {
            run({ ids, action })
          }}
        >
          <Icon aria-hidden />
          {t(`bulk.${action}.do`)}
        </Button>
      ))}
      {ASKED.map(({ action, icon: Icon, className }) => (
        <Button
          key={action}
          variant="ghost"
          className={className}
          onClick={() => {
            setAsking(action)
          }}
        >
          <Icon aria-hidden />
          {t(`bulk.${action}.do`)}
        </Button>
      ))}
      <Button variant="ghost" size="icon" aria-label={t('bulk.clear')} onClick={onClear}>
        <X aria-hidden />
      </Button>
      <Dialog open={asking === 'tag'} onOpenChange={close} title={t('bulk.tagTitle', { count })}>
        <TagForm
          known={tags}
          onCancel={close}
          onSubmit={(action, tag) => {
            run({ ids, action, tags: [tag] }, close)
          }}
        />
      </Dialog>
      <Confirm
        open={asking === 'delete'}
        onOpenChange={close}
        title={t('bulk.deleteTitle', { count })}
        action={t('bulk.delete.do')}
        typed={String(count)}
        pending={pending}
        onConfirm={() => {
          run({ ids, action: 'delete' }, () => {
            close()
            onClear()
          })
        }}
      >
        {t('bulk.deleteText', { count })}
      </Confirm>
    </div>
  )
}
