import { useTranslation } from 'react-i18next'
import { Notice } from '@/components/notice'
import type { ProblemError } from '@/lib/problem'

/** What the API refused, in its own words; nothing when it refused nothing. */
export function ProblemNotice({ problem }: { problem: ProblemError | null }) {
  const { t } = useTranslation()
  if (!problem) return null
  return <Notice>{problem.unreachable ? t('error.unreachable') : problem.message}</Notice>
}
