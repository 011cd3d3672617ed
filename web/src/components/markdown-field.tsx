import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { incidentsPreview } from '@/client/sdk.gen'
import { useWorkspace } from '@/lib/workspace'
import { ErrorView } from './error-view'
import { Field } from './field'
import { TextArea } from './input'
import { Prose } from './prose'
import { Skeleton } from './skeleton'

interface Props {
  label: string
  hint?: string
  error?: string
  /** What `focusWords` finds it by. */
  name?: string
  value: string
  rows?: number
  onChange: (text: string) => void
  /** Ctrl-Enter and Cmd-Enter. */
  onSend?: () => void
}

/** Markdown to write, and to see as it will be shown. */
export function MarkdownField({ label, hint, error, name, value, rows = 4, onChange, onSend }: Props) {
  const { t } = useTranslation('incidents')
  const [previewing, setPreviewing] = useState(false)
  return (
    <div className="grid gap-1.5">
      <Field label={label} hint={hint} error={error} className={previewing ? 'hidden' : undefined}>
        {(ids) => (
          <TextArea
            {...ids}
            data-words={name}
            rows={rows}
            value={value}
            onChange={({ target }) => {
              onChange(target.value)
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
              event.preventDefault()
              onSend?.()
            }}
          />
        )}
      </Field>
      {previewing && (
        <>
          <p className="font-medium">{label}</p>
          <div className="min-h-20 rounded-md border border-dashed px-3 py-2">
            <Preview text={value} />
          </div>
        </>
      )}
      <div role="group" aria-label={label} className="flex gap-1">
        {[false, true].map((shows) => (
          <button
            key={String(shows)}
            type="button"
            aria-pressed={previewing === shows}
            className="rounded-sm px-1.5 text-xs text-muted hover:text-fg aria-pressed:bg-hover aria-pressed:font-medium aria-pressed:text-fg"
            onClick={() => {
              setPreviewing(shows)
            }}
          >
            {t(shows ? 'markdown.preview' : 'markdown.write')}
          </button>
        ))}
      </div>
    </div>
  )
}

function Preview({ text }: { text: string }) {
  const { t } = useTranslation('incidents')
  const { id: workspace_id } = useWorkspace()
  const { data, error, refetch } = useQuery({
    queryKey: ['markdown', workspace_id, text],
    queryFn: async ({ signal }) => {
      const path = { workspace_id }
      return (await incidentsPreview({ path, body: { body: text }, signal, throwOnError: true })).data.html
    },
  })
  if (error) return <ErrorView error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton className="h-5 w-2/3" />
  return data === '' ? <p className="text-subtle">{t('markdown.nothing')}</p> : <Prose html={data} />
}
