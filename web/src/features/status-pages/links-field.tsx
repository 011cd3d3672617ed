import { Plus, Trash2 } from 'lucide-react'
import { useFieldArray, useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Setting } from '@/components/setting'
import type { Draft } from './draft'

const MOST = 10

/** Links below the page: imprint, contact, the service itself. */
export function LinksField() {
  const { t } = useTranslation('statusPages')
  const { control, register, formState } = useFormContext<Draft>()
  const { fields, append, remove } = useFieldArray({ control, name: 'footer_links' })
  const errors = formState.errors.footer_links
  const required = t('required')
  return (
    <Setting title={t('links.heading')} text={t('links.text')}>
      {fields.length > 0 && (
        <ul className="grid gap-3">
          {fields.map((field, at) => (
            <li
              key={field.id}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-2 gap-y-2 sm:grid-cols-[10rem_minmax(0,1fr)_auto]"
            >
              <Field label={t('links.label')} error={errors?.[at]?.label?.message}>
                {(ids) => <Input {...ids} {...register(`footer_links.${at}.label`, { required })} />}
              </Field>
              <Field
                label={t('links.url')}
                error={errors?.[at]?.url?.message}
                className="col-span-2 row-start-2 sm:col-span-1 sm:row-start-auto"
              >
                {(ids) => (
                  <Input
                    {...ids}
                    {...register(`footer_links.${at}.url`, { required })}
                    inputMode="url"
                    placeholder="https://example.org/imprint"
                  />
                )}
              </Field>
              <Button
                variant="ghost"
                size="icon"
                className="mt-[1.625rem]"
                aria-label={t('links.remove', { number: at + 1 })}
                onClick={() => {
                  remove(at)
                }}
              >
                <Trash2 aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {fields.length < MOST && (
        <Button
          className="justify-self-start"
          onClick={() => {
            append({ label: '', url: '' })
          }}
        >
          <Plus aria-hidden />
          {t('links.add')}
        </Button>
      )}
    </Setting>
  )
}
