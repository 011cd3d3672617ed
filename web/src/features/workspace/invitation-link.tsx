import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { InvitationMade } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Notice } from '@/components/notice'
import { useFormat } from '@/lib/format'

interface Props {
  made: InvitationMade
  link: string
  onClose: () => void
}

/** The link of an invitation, this once: nobody can read it again. */
export function InvitationLink({ made, link, onClose }: Props) {
  const { t } = useTranslation('invitations')
  const { shortDateTime } = useFormat()
  const shown = useRef<HTMLInputElement>(null)
  const { email, mail_error: error } = made
  useEffect(() => {
    shown.current?.focus()
  }, [])
  return (
    <Dialog open onOpenChange={onClose} title={t('linkTitle', { email })}>
      <div className="mt-4 grid gap-4">
        {error && <Notice>{t('mailFailed', { error })}</Notice>}
        <p>{t('linkText', { email, at: shortDateTime(made.expires_at) })}</p>
        <Field label={t('link')}>
          {(ids) => (
            <Input
              {...ids}
              ref={shown}
              value={link}
              readOnly
              className="font-mono text-xs"
              onFocus={({ target }) => {
                target.select()
              }}
            />
          )}
        </Field>
        <div className="flex flex-wrap justify-end gap-2">
          <CopyButton text={link} label={t('copy')} />
          <Button variant="primary" onClick={onClose}>
            {t('done')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
