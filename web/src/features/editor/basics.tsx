import { LoaderCircle, Play } from 'lucide-react'
import { useRef } from 'react'
import { useFormContext } from 'react-hook-form'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { fullUrl, nameFor, type FormValues } from './model'
import { rulesOf } from './rules'
import { useTexts } from './use-texts'

interface Props {
  running: boolean
  /** Whether testing is what to do next. */
  next: boolean
  onTest: () => void
}

/** The address with its test, and the name. */
export function Basics({ running, next, onTest }: Props) {
  const texts = useTexts()
  const { t } = texts
  const { register, formState, getValues, setValue } = useFormContext<FormValues>()
  const { errors } = formState
  const suggested = useRef(getValues('name'))
  const complete = () => {
    const url = fullUrl(getValues('url'))
    if (url !== getValues('url')) setValue('url', url, { shouldDirty: true, shouldValidate: true })
    // A name somebody chose stays.
    if (getValues('name') !== suggested.current || formState.defaultValues?.name) return
    suggested.current = nameFor(url)
    setValue('name', suggested.current, { shouldDirty: true })
  }
  return (
    <>
      <input type="hidden" {...register('kind')} />
      <Field label={t('url')} hint={t('urlHint')} error={errors.url?.message}>
        {(ids) => (
          <div className="flex gap-2">
            <Input
              {...ids}
              {...register('url', { validate: rulesOf(texts).url, onBlur: complete })}
              type="url"
              inputMode="url"
              placeholder="https://example.com/health"
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
                event.preventDefault()
                complete()
                onTest()
              }}
            />
            <Button
              variant={next ? 'primary' : 'secondary'}
              aria-keyshortcuts="Control+Enter Meta+Enter"
              onClick={onTest}
            >
              {running ? <LoaderCircle aria-hidden className="animate-spin" /> : <Play aria-hidden />}
              {t('test.do')}
            </Button>
          </div>
        )}
      </Field>
      <Field label={t('name')} hint={t('nameHint')} error={errors.name?.message}>
        {(ids) => <Input {...ids} {...register('name')} autoComplete="off" maxLength={200} />}
      </Field>
    </>
  )
}
