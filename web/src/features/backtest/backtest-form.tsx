import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { FormProvider, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { CheckField } from '@/components/check-field'
import { CoversFields } from '@/components/covers-fields'
import { Field } from '@/components/field'
import { Input, Select } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { focusFirstError } from '@/components/schema-form/fold'
import { useFormat } from '@/lib/format'
import { useProblemForm } from '@/lib/use-problem-form'
import { watchersQuery } from '@/lib/watchers'
import { useWorkspace } from '@/lib/workspace'
import { asNumber, DAYS, presentOf, RULES, type Draft, type Rule } from './draft'
import { MoreRules } from './more-rules'

const BOUNDS: Record<Rule, { min: number; max: number }> = {
  failure_threshold: { min: 1, max: 10 },
  recovery_threshold: { min: 1, max: 10 },
  degraded_after_ms: { min: 1, max: 60_000 },
  certificate_days: { min: 0, max: 365 },
}

interface Props {
  initial: Draft
  pending: boolean
  /** Rejects with what the server refused. */
  onRun: (draft: Draft) => Promise<unknown>
}

/** Which checks, and what would be different: what is left empty stays as it is. */
export function BacktestForm({ initial, pending, onRun }: Props) {
  const { t } = useTranslation('backtest')
  const { id } = useWorkspace()
  const format = useFormat()
  const { data: watchers = [] } = useQuery(watchersQuery(id))
  const form = useProblemForm<Draft>(initial, { shouldFocusError: false })
  const { control, register } = form
  const { errors, submitCount } = form.formState
  const element = useRef<HTMLFormElement>(null)
  // What is wrong may be folded away.
  useEffect(() => {
    if (submitCount > 0 && element.current) focusFirstError(element.current)
  }, [submitCount])
  const [all_watchers, tags, watcher_ids] = useWatch({
    control,
    name: ['all_watchers', 'tags', 'watcher_ids'],
  })
  const noLimit = useWatch({ control, name: 'no_limit' })
  const send = form.submit(async (draft) => {
    if (!pending) await onRun(draft)
  })
  const nowOf = (rule: Rule) => {
    const [value, ...others] = presentOf(watchers, { all_watchers, tags, watcher_ids }, rule)
    if (value === undefined) return undefined
    if (others.length > 0) return t('now.varies')
    return value === null ? t('now.none') : t('now.is', { value: format.number(value) })
  }
  return (
    <FormProvider {...form}>
      <form ref={element} noValidate onSubmit={send} aria-label={t('form')}>
        <Card className="grid grid-cols-1 gap-5 p-5">
          <CoversFields />
          <Field label={t('field.days')} error={errors.from?.message}>
            {(ids) => (
              <Select {...ids} {...register('days')}>
                {DAYS.map((days) => (
                  <option key={days} value={days}>
                    {t('days', { count: days })}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <fieldset className="grid gap-4">
            <legend className="mb-3 font-medium">{t('field.rules')}</legend>
            {RULES.map((rule) => (
              <Field
                key={rule}
                label={t(`rule.${rule}`)}
                hint={nowOf(rule)}
                error={errors.rules?.[rule]?.message}
              >
                {(ids) => (
                  <Input
                    {...ids}
                    {...register(`rules.${rule}`, { setValueAs: asNumber })}
                    {...BOUNDS[rule]}
                    type="number"
                    inputMode="numeric"
                    disabled={rule === 'degraded_after_ms' && noLimit}
                    placeholder={t('asIs')}
                  />
                )}
              </Field>
            ))}
            <CheckField {...register('no_limit')} label={t('field.noLimit')} />
          </fieldset>
          <Field label={t('field.wait')} hint={t('field.waitHint')}>
            {(ids) => (
              <Input
                {...ids}
                {...register('wait_min', { setValueAs: asNumber })}
                type="number"
                min={0}
                step="any"
                inputMode="decimal"
                placeholder={t('asIs')}
              />
            )}
          </Field>
          <div className="-mx-5 border-b">
            <MoreRules />
          </div>
          <ProblemNotice problem={form.problem} />
          <Button type="submit" variant="primary" aria-disabled={pending}>
            {t(pending ? 'running' : 'run')}
          </Button>
        </Card>
      </form>
    </FormProvider>
  )
}
