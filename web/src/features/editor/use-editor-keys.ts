import { Play, Save } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommands } from '@/lib/commands'

/** Ctrl/Cmd+Enter tests, Ctrl/Cmd+S saves; both are in the command menu. The functions must stay the same. */
export function useEditorKeys(test: () => void, save: () => void) {
  const { t } = useTranslation('editor')
  useCommands(
    useMemo(
      () => [
        { id: 'editor-test', title: t('keys.test'), group: t('keys.group'), icon: Play, run: test },
        { id: 'editor-save', title: t('keys.save'), group: t('keys.group'), icon: Save, run: save },
      ],
      [t, test, save],
    ),
  )
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      if (document.querySelector('[role=dialog]')) return
      const run = { Enter: test, s: save }[event.key]
      if (!run) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKey)
    }
  }, [test, save])
}
