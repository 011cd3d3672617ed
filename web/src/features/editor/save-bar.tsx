import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { Button } from '@/components/button'
import { Notice } from '@/components/notice'
import type { ProblemError } from '@/lib/problem'
import { useWorkspace } from '@/lib/workspace'

interface Props {
  problem: ProblemError | null
  isNew: boolean
  /** Whether saving is what to do next. */
  next: boolean
  saving: boolean
  dirty: boolean
}

/** Saving, always in reach. */
export function SaveBar({ problem, isNew, next, saving, dirty }: Props) {
  const { t } = useTranslation('editor')
  const { t: common } = useTranslation()
  const { slug } = useWorkspace()
  return (
    <div className="sticky bottom-14 z-10 grid gap-3 rounded-b-lg border-t bg-surface px-5 py-3 md:bottom-0">
      {problem && (
        <Notice>
          {problem.unreachable
            ? common('error.unreachable')
            : (problem.fields[0]?.message ?? problem.message)}
        </Notice>
      )}
      <div className="flex items-center gap-2">
        <Button
          type="submit"
          variant={next ? 'primary' : 'secondary'}
          aria-disabled={saving}
          aria-keyshortcuts="Control+s Meta+s"
        >
          {saving ? t('saving') : isNew ? t('create') : t('save')}
        </Button>
        <Button asChild variant="ghost">
          <Link to="/w/$workspace" params={{ workspace: slug }}>
            {common('cancel')}
          </Link>
        </Button>
        {dirty && !isNew && <span className="ml-auto text-subtle">{t('unsaved')}</span>}
      </div>
    </div>
  )
}
