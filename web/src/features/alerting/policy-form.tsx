import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Controller, FormProvider, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { alertPoliciesCreate, alertPoliciesUpdate } from '@/client/sdk.gen'
import type { PolicyPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { ChangesField } from '@/components/changes-field'
import { CheckField } from '@/components/check-field'
import { CoversFields } from '@/components/covers-fields'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { LeaveGuard } from '@/components/leave-guard'
import { Notice } from '@/components/notice'
import { ProblemNotice } from '@/components/problem-notice'
import { messageIn, useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { namesSomebody, policyDraftOf, policyOf, type PolicyDraft } from './policy-draft'
import { PolicyPreview } from './policy-preview'
import { alertingKey } from './queries'
import { StepFields } from './step-fields'
import { usePolicyChecks } from './use-policy-checks'
import type { useTargets } from './use-targets'

interface Props {
  /** Left out: a new one. */
  policy?: PolicyPublic
  targets: ReturnType<typeof useTargets>
  onSaved: () => void
}

/** Which watchers, which changes, and who is told when. */
export function PolicyForm({ policy, targets, onSaved }: Props) {
  const { t } = useTranslation('alerting')
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const form = useProblemForm<PolicyDraft>(policyDraftOf(policy))
  const { control, register } = form
  const { errors, isDirty, isSubmitting, isSubmitSuccessful } = form.formState
  const known = {
    channel_ids: new Set(targets.names.channel_ids.keys()),
    rotation_ids: new Set(targets.names.rotation_ids.keys()),
    user_ids: new Set(targets.names.user_ids.keys()),
  }
  const checks = usePolicyChecks(known)
  const save = form.submit(async (draft) => {
    const body = policyOf(draft, known)
    const path = { workspace_id }
    if (policy)
      await alertPoliciesUpdate({ path: { ...path, policy_id: policy.id }, body, throwOnError: true })
    else await alertPoliciesCreate({ path, body, throwOnError: true })
    toast.success(t(policy ? 'policySaved' : 'policyMade', { name: draft.name }))
    await queryClient.invalidateQueries({ queryKey: alertingKey(workspace_id) })
  })
  useEffect(() => {
    if (isSubmitSuccessful && form.problem === null && Object.keys(errors).length === 0) onSaved()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isSubmitSuccessful])
  const asked = policyOf(useWatch({ control }) as PolicyDraft, known)
  const wanted = asked.steps.map((step) => ({
    channel_ids: [],
    rotation_ids: [],
    user_ids: [],
    owners: false,
    after_s: 0,
    ...step,
  }))
  const named = wanted.some(namesSomebody)
  return (
    <FormProvider {...form}>
      <LeaveGuard dirty={isDirty && !isSubmitting && !isSubmitSuccessful} />
      <form
        noValidate
        onSubmit={save}
        className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]"
      >
        <Card className="grid min-w-0 grid-cols-1 gap-6 p-5">
          {policy?.is_default && <p className="text-muted">{t('defaultText')}</p>}
          <Field label={t('field.name')} error={errors.name?.message}>
            {(ids) => (
              <Input {...ids} {...register('name', { required: t('required') })} autoComplete="off" />
            )}
          </Field>
          <CoversFields />
          <Controller
            control={control}
            name="changes"
            rules={{ validate: checks.changes }}
            render={({ field }) => (
              <ChangesField value={field.value} onChange={field.onChange} error={errors.changes?.message} />
            )}
          />
          <Controller
            control={control}
            name="steps"
            rules={{ validate: checks.steps }}
            render={({ field }) => (
              <StepFields
                value={field.value}
                onChange={field.onChange}
                names={targets.names}
                error={messageIn(errors.steps)}
              />
            )}
          />
          {named && !targets.reaches({ steps: wanted }) && <Notice>{t('reachesNobody')}</Notice>}
          <Field
            label={t('field.remind')}
            hint={t('field.remindHint')}
            error={errors.remind_min?.message}
            className="max-w-72"
          >
            {(ids) => (
              <Input
                {...ids}
                {...register('remind_min', {
                  setValueAs: (typed: unknown) => (typed === '' || typed === null ? null : Number(typed)),
                })}
                type="number"
                min={1}
                step="any"
                inputMode="decimal"
              />
            )}
          </Field>
          <CheckField {...register('enabled')} label={t('field.enabled')} />
          <ProblemNotice problem={form.problem} />
          <Button type="submit" variant="primary" className="justify-self-start" aria-disabled={isSubmitting}>
            {t(policy ? 'savePolicy' : 'addPolicy')}
          </Button>
        </Card>
        <PolicyPreview policy={asked} />
      </form>
    </FormProvider>
  )
}
