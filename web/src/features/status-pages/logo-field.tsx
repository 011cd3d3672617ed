import { useMutation } from '@tanstack/react-query'
import { ImageOff } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { statusPagesLogoDelete, statusPagesLogoSet } from '@/client/sdk.gen'
import type { StatusPagePublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { useWorkspace } from '@/lib/workspace'
import { dataUrl } from './data-url'
import { LogoPicture } from './logo-picture'

const MAX_KIB = 512
const TYPES = ['image/png', 'image/jpeg', 'image/webp']

interface Props {
  page: StatusPagePublic
  /** The picture that was sent just now, as a data: address. */
  picture: string | null
  onChange: (picture: string | null) => Promise<void>
}

/** The page's logo: sent as soon as it is chosen. */
export function LogoField({ page, picture, onChange }: Props) {
  const { t } = useTranslation('statusPages')
  const workspace = useWorkspace()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string | null>(null)
  const path = { workspace_id: workspace.id, page_id: page.id }
  const set = useMutation({
    mutationFn: async (file: File | null) => {
      const read = file && (await dataUrl(file))
      if (read === null) await statusPagesLogoDelete({ path, throwOnError: true })
      else {
        const image = read.slice(read.indexOf(',') + 1)
        await statusPagesLogoSet({ path, body: { image }, throwOnError: true })
      }
      return read
    },
    meta: { quiet: true },
    onSuccess: async (read) => {
      toast.success(read === null ? t('logo.gone') : t('logo.saved'))
      await onChange(read)
    },
    onError: (problem) => {
      setError(problem.fields[0]?.message ?? problem.message)
    },
  })
  const choose = (file: File | undefined) => {
    setError(null)
    if (!file) return
    if (!TYPES.includes(file.type)) setError(t('logo.type'))
    else if (file.size > MAX_KIB * 1024)
      setError(t('logo.size', { max: MAX_KIB, size: Math.ceil(file.size / 1024) }))
    else set.mutate(file)
  }
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {t('logo.title')}
      </label>
      <div className="flex flex-wrap items-center gap-3">
        <span className="grid h-16 min-w-32 place-items-center rounded-md border border-dashed bg-sunken px-3">
          {page.has_logo ? (
            <LogoPicture page={page} picture={picture} className="max-h-12 max-w-48" />
          ) : (
            <ImageOff aria-hidden className="size-5 text-subtle" />
          )}
        </span>
        <input
          ref={input}
          id={id}
          type="file"
          accept={TYPES.join()}
          aria-describedby={`${id}-hint ${id}-error`}
          aria-invalid={error ? true : undefined}
          className="sr-only"
          tabIndex={-1}
          onChange={({ target }) => {
            choose(target.files?.[0])
            target.value = ''
          }}
        />
        <Button aria-disabled={set.isPending} onClick={() => input.current?.click()}>
          {page.has_logo ? t('logo.replace') : t('logo.choose')}
        </Button>
        {page.has_logo && (
          <Button
            aria-disabled={set.isPending}
            onClick={() => {
              setError(null)
              set.mutate(null)
            }}
          >
            {t('logo.remove')}
          </Button>
        )}
      </div>
      <p id={`${id}-hint`} className="text-subtle">
        {t('logo.hint', { max: MAX_KIB })}
      </p>
      <p id={`${id}-error`} role="alert" className="text-down-fg empty:hidden">
        {error}
      </p>
    </div>
  )
}
