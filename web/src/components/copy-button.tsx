import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { Button } from './button'

const SHOWN_MS = 2000

/** Copies `text`; `label` says what is copied, `bare` shows it to screen readers only. */
export function CopyButton({ text, label, bare = false }: { text: string; label: string; bare?: boolean }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => {
      setCopied(false)
    }, SHOWN_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [copied])
  const copy = async () => {
    if (await toClipboard(text)) setCopied(true)
    else toast.error(t('notCopied'))
  }
  const Icon = copied ? Check : Copy
  return (
    <>
      <Button
        variant={bare ? 'ghost' : 'secondary'}
        size={bare ? 'icon' : 'md'}
        aria-label={bare ? label : undefined}
        title={bare ? label : undefined}
        onClick={() => void copy()}
      >
        <Icon aria-hidden />
        {!bare && label}
      </Button>
      <span role="status" className="sr-only">
        {copied && t('copied')}
      </span>
    </>
  )
}

/** Browsers offer the clipboard on https and localhost only. */
async function toClipboard(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined
  try {
    await clipboard?.writeText(text)
    return clipboard !== undefined
  } catch {
    return false
  }
}
