import { useMutation } from '@tanstack/react-query'
import { Download, Loader } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { useWorkspace } from '@/lib/workspace'
import { ENDINGS, saveReport, type Ending } from './files'

/** The month as a file: to print, to send, to reckon with. */
export function SaveButtons({ month, query }: { month: string; query: Record<string, string | undefined> }) {
  const { t } = useTranslation('reports')
  const { id } = useWorkspace()
  const save = useMutation({ mutationFn: (ending: Ending) => saveReport(id, month, ending, query) })
  return ENDINGS.map((ending) => {
    const pending = save.isPending && save.variables === ending
    return (
      <Button
        key={ending}
        aria-label={t('save.label', { kind: t(`save.${ending}`) })}
        aria-disabled={save.isPending}
        onClick={() => {
          if (!save.isPending) save.mutate(ending)
        }}
      >
        {pending ? <Loader aria-hidden className="animate-spin" /> : <Download aria-hidden />}
        {t(`save.${ending}`)}
      </Button>
    )
  })
}
