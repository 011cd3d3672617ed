import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pencil, Tag, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { tagsDelete } from '@/client/sdk.gen'
import type { TagPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
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
  const [renaming, setRenaming] = useState(false)
  const remove = async () => {
    await tagsDelete({ path: { workspace_id: workspace.id, name: tag.name }, throwOnError: true })
    toast.success(t('tags.removed', { name: tag.name }))
    // Watchers show their tags all over the app.
    await queryClient.invalidateQueries()
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
              setRenaming(true)
            }}
          >
            <Pencil aria-hidden />
          </Button>
          <ConfirmButton
            label={t('tags.remove')}
            icon={<Trash2 aria-hidden />}
            named={t('tags.removeNamed', { name: tag.name })}
            title={t('tags.removeAsk', { name: tag.name })}
            onConfirm={remove}
          >
            <p>{t('tags.removeText', { count: tag.watchers })}</p>
          </ConfirmButton>
        </>
      )}
      <RenameTag tag={tag} others={others} open={renaming} onOpenChange={setRenaming} />
    </li>
  )
}
