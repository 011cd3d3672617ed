import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { PageAccess, StatusPagePublic } from '@/client/types.gen'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Setting } from '@/components/setting'
import type { Draft } from './draft'

const WAYS = ['public', 'unlisted', 'password'] as const satisfies PageAccess[]

/** Who may see the page once it is published. */
export function AccessFields({ page }: { page: StatusPagePublic }) {
  const { t } = useTranslation('statusPages')
  const { register, watch, formState } = useFormContext<Draft>()
  const { errors } = formState
  const access = watch('access')
  return (
    <Setting title={t('who.heading')}>
      <fieldset className="grid gap-2">
        <legend className="sr-only">{t('who.heading')}</legend>
        {WAYS.map((way) => (
          <CheckField
            key={way}
            type="radio"
            value={way}
            label={t(`access.${way}`)}
            hint={t(`accessMeans.${way}`)}
            {...register('access')}
          />
        ))}
      </fieldset>
      {access === 'password' && (
        <Field
          label={t('who.password')}
          hint={page.has_password ? t('who.kept') : t('who.rules')}
          error={errors.password?.message}
        >
          {(ids) => (
            <Input
              {...ids}
              {...register('password', { required: page.has_password ? false : t('required') })}
              type="password"
              autoComplete="new-password"
              placeholder={page.has_password ? '••••••••' : undefined}
            />
          )}
        </Field>
      )}
      {access === 'public' && (
        <CheckField label={t('who.noindex')} hint={t('who.noindexHint')} {...register('noindex')} />
      )}
    </Setting>
  )
}
