import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pencil, Tag, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { tagsDelete } from '@/client/sdk.gen'
import type { TagPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Confirm } from '@/components/confirm'
import { useMay, useWorkspace } from '@/lib/workspace'
import { RenameTag } from './rename-tag'

interface Props {
  tag: TagPublic
  others: TagPublic[]
}

/** A tag: how many have it, another name, or none. */
export function TagRow({ tag, others }: Props) {
  const { t } = useTranslation('workspace')
  const workspace = useWorkspace()
  const may = useMay('admin')
  const queryClient = useQueryClient()
  const [doing, setDoing] = useState<'rename' | 'remove' | null>(null)
  const remove = useMutation({
    mutationFn: () =>
      tagsDelete({ path: { workspace_id: workspace.id, name: tag.name }, throwOnError: true }),
    meta: { quiet: true },
    onSuccess: async () => {
      setDoing(null)
      toast.success(t('tags.removed', { name: tag.name }))
      // Watchers show their tags all over the app.
      await queryClient.invalidateQueries()
    },
  })
  const close = (open: boolean) => {
    if (!open) setDoing(null)
  }
  return (
    <li className="flex items-center gap-2 py-1.5">
      <Tag aria-hidden className="size-4 shrink-0 text-subtle" />
      <span className="min-w-0 flex-1 truncate font-medium">{tag.name}</span>
      <Link
        to="/w/$workspace"
        params={{ workspace: workspace.slug }}
        className="shrink-0 text-muted tabular hover:underline"
      >
        {t('tags.watchers', { count: tag.watchers })}
      </Link>
      {may && (
        <>
          <Button
            variant="ghost"
            size="icon"
            aria-label={t('tags.renameNamed', { name: tag.name })}
            title={t('tags.rename')}
            onClick={() => {
              setDoing('rename')
            }}
          >
            <Pencil aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="icon"
            aria-label={t('tags.removeNamed', { name: tag.name })}
            title={t('tags.remove')}
            onClick={() => {
              remove.reset()
              setDoing('remove')
            }}
          >
            <Trash2 aria-hidden />
          </Button>
        </>
      )}
      <RenameTag tag={tag} others={others} open={doing === 'rename'} onOpenChange={close} />
      <Confirm
        open={doing === 'remove'}
        onOpenChange={close}
        title={t('tags.removeAsk', { name: tag.name })}
        action={t('tags.remove')}
        pending={remove.isPending}
        problem={remove.error}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        <p>{t('tags.removeText', { count: tag.watchers })}</p>
      </Confirm>
    </li>
  )
}
