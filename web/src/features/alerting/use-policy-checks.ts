import { useTranslation } from 'react-i18next'
import type { Change } from '@/lib/changes'
import { namesSomebody, policyOf, type PolicyDraft, type Targets } from './policy-draft'

/** What is wrong with the changes and the steps of a policy, in the words of the reader; true = nothing. */
export function usePolicyChecks(known: Record<Targets, ReadonlySet<string>>) {
  const { t } = useTranslation('alerting')
  return {
    changes: (chosen: Change[]) =>
      chosen.some((each) => each !== 'recovered') || t(chosen.length > 0 ? 'check.begins' : 'check.one'),
    steps: (_: unknown, draft: PolicyDraft) => {
      const { steps } = policyOf(draft, known)
      const nobody = steps.findIndex((step) => !namesSomebody(step))
      if (nobody >= 0) return t('check.nobody', { number: nobody + 1 })
      const early = steps.findIndex(
        ({ after_s }, at) => at > 0 && (after_s ?? 0) <= (steps[at - 1]?.after_s ?? 0),
      )
      return early < 0 || t('check.rising', { number: early + 1 })
    },
  }
}
