import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'

interface Props {
  known: string[]
  onSubmit: (action: 'tag' | 'untag', tag: string) => void
  onCancel: () => void
}

/** One tag, to be put on or taken off. */
export function TagForm({ known, onSubmit, onCancel }: Props) {
  const { t } = useTranslation('overview')
  const { t: common } = useTranslation()
  const [tag, setTag] = useState('')
  const wanted = tag.trim()
  return (
    <form
      className="mt-2 grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted !== '') onSubmit('tag', wanted)
      }}
    >
      <Field label={t('tag')}>
        {(ids) => (
          <>
            <Input
              {...ids}
              value={tag}
              maxLength={40}
              list="overview-tags"
              autoComplete="off"
              onChange={({ target }) => {
                setTag(target.value)
              }}
            />
            <datalist id="overview-tags">
              {known.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{common('cancel')}</Button>
        <Button
          aria-disabled={wanted === ''}
          onClick={() => {
            if (wanted !== '') onSubmit('untag', wanted)
          }}
        >
          {t('bulk.untag.do')}
        </Button>
        <Button type="submit" variant="primary" aria-disabled={wanted === ''}>
          {t('bulk.tag.add')}
        </Button>
      </div>
    </form>
  )
}
