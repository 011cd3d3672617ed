import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Megaphone, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { updateTemplatesDelete } from '@/client/sdk.gen'
import type { UpdateTemplatePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { ErrorView } from '@/components/error-view'
import { Setting } from '@/components/setting'
import { Skeleton } from '@/components/skeleton'
import { templatesQuery } from '@/lib/update-templates'
import { useMay, useWorkspace } from '@/lib/workspace'
import { TemplateForm } from './template-form'

/** Words prepared for updates of incidents. */
export function Templates() {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const may = useMay('admin')
  const { data: templates, error, refetch } = useQuery(templatesQuery(id))
  const [making, setMaking] = useState(false)
  return (
    <Setting
      title={t('templates.title')}
      text={t('templates.text')}
      action={
        may && (
          <Button
            onClick={() => {
              setMaking(true)
            }}
          >
            <Plus aria-hidden />
            {t('templates.new')}
          </Button>
        )
      }
    >
      {templates === undefined && error && <ErrorView error={error} onRetry={() => void refetch()} />}
      {templates === undefined && !error && <Skeleton className="h-11" />}
      {templates?.length === 0 && <p className="text-subtle">{t('templates.none')}</p>}
      {templates && templates.length > 0 && (
        <ul aria-label={t('templates.title')} className="-my-1 divide-y">
          {templates.map((template) => (
            <TemplateRow key={template.id} template={template} />
          ))}
        </ul>
      )}
      {making && (
        <TemplateForm
          onClose={() => {
            setMaking(false)
          }}
        />
      )}
    </Setting>
  )
}

function TemplateRow({ template }: { template: UpdateTemplatePublic }) {
  const { t } = useTranslation('incidents')
  const { id: workspace_id } = useWorkspace()
  const may = useMay('admin')
  const queryClient = useQueryClient()
  const [editing, setEditing] = useState(false)
  const { id: template_id, name } = template
  const remove = async () => {
    await updateTemplatesDelete({ path: { workspace_id, template_id }, throwOnError: true })
    toast.success(t('templates.removed', { name }))
    await queryClient.invalidateQueries({ queryKey: templatesQuery(workspace_id).queryKey })
  }
  return (
    <li className="flex items-center gap-2 py-1.5">
      <Megaphone aria-hidden className="size-4 shrink-0 text-subtle" />
      <span className="min-w-0 truncate font-medium">{name}</span>
      <span className="min-w-0 flex-1 truncate text-muted">{t(`stage.${template.stage}`)}</span>
      {may && (
        <>
          <Button
            variant="ghost"
            size="icon"
            aria-label={t('templates.edit', { name })}
            onClick={() => {
              setEditing(true)
            }}
          >
            <Pencil aria-hidden />
          </Button>
          <ConfirmButton
            label={t('templates.removeDo')}
            icon={<Trash2 aria-hidden />}
            named={t('templates.remove', { name })}
            title={t('templates.removeAsk', { name })}
            onConfirm={remove}
          >
            <p>{t('templates.removeText')}</p>
          </ConfirmButton>
        </>
      )}
      {editing && (
        <TemplateForm
          template={template}
          onClose={() => {
            setEditing(false)
          }}
        />
      )}
    </li>
  )
}
