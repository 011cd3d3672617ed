import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input, Select, TextArea } from '@/components/input'
import { Setting } from '@/components/setting'
import { TimeZoneSelect } from '@/components/time-zone-select'
import type { Draft } from './draft'

/** What the page is called and says, in which language, and what it shows of each service. */
export function BasicsFields() {
  const { t } = useTranslation('statusPages')
  const { register, watch, formState } = useFormContext<Draft>()
  const { errors } = formState
  const required = t('required')
  const slug = watch('slug')
  return (
    <Setting title={t('basics.heading')}>
      <Field label={t('basics.title')} error={errors.title?.message}>
        {(ids) => <Input {...ids} {...register('title', { required })} autoComplete="off" />}
      </Field>
      <Field
        label={t('basics.slug')}
        hint={t('basics.slugHint', { address: `${location.host}/status/${slug}` })}
        error={errors.slug?.message}
      >
        {(ids) => (
          <Input
            {...ids}
            {...register('slug', { required })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="font-mono"
          />
        )}
      </Field>
      <Field
        label={t('basics.description')}
        hint={t('basics.descriptionHint')}
        error={errors.description?.message}
      >
        {(ids) => <TextArea {...ids} {...register('description')} rows={2} />}
      </Field>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label={t('basics.language')} error={errors.language?.message}>
          {(ids) => (
            <Select {...ids} {...register('language')}>
              <option value="en" lang="en">
                English
              </option>
              <option value="de" lang="de">
                Deutsch
              </option>
            </Select>
          )}
        </Field>
        <Field label={t('basics.zone')} hint={t('basics.zoneHint')} error={errors.time_zone?.message}>
          {(ids) => <TimeZoneSelect {...ids} {...register('time_zone')} also={watch('time_zone')} />}
        </Field>
      </div>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 font-medium">{t('shows.title')}</legend>
        <CheckField label={t('shows.bars')} hint={t('shows.barsHint')} {...register('show_bars')} />
        <CheckField label={t('shows.uptime')} hint={t('shows.uptimeHint')} {...register('show_uptime')} />
        <CheckField label={t('shows.latency')} hint={t('shows.latencyHint')} {...register('show_latency')} />
      </fieldset>
    </Setting>
  )
}
