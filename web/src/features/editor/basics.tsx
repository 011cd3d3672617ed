import { LoaderCircle, Play } from 'lucide-react'
import { useFormContext, useWatch } from 'react-hook-form'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { fullUrl, nameFor, type FormValues } from './model'
import { rulesOf } from './rules'
import { secretParameter } from './url-secrets'
import { useTexts } from './use-texts'

interface Props {
  running: boolean
  /** Whether testing is what to do next. */
  next: boolean
  /** Completes the address. */
  onComplete: () => void
  onTest: () => void
}

/** The address with its test, and the name. */
export function Basics({ running, next, onComplete, onTest }: Props) {
  const texts = useTexts()
  const { t } = texts
  const { register, formState, control } = useFormContext<FormValues>()
  const url = useWatch({ control, name: 'url' })
  const { errors } = formState
  const secret = secretParameter(fullUrl(url))
  return (
    <>
      <input type="hidden" {...register('kind')} />
      <Field
        label={t('url')}
        hint={
          secret === undefined ? (
            t('urlHint')
          ) : (
            <span role="status" className="wrap-anywhere text-degraded-fg">
              {t('urlSecret', { name: secret })}
            </span>
          )
        }
        error={errors.url?.message}
      >
        {(ids) => (
          <div className="flex gap-2">
            <Input
              {...ids}
              {...register('url', { validate: rulesOf(texts).url, onBlur: onComplete })}
              type="url"
              inputMode="url"
              placeholder="https://example.com/health"
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
                event.preventDefault()
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
        {(ids) => (
          <Input
            {...ids}
            {...register('name')}
            placeholder={nameFor(url)}
            autoComplete="off"
            maxLength={200}
          />
        )}
      </Field>
    </>
  )
}
