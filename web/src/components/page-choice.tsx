import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CheckField } from '@/components/check-field'
import { pagesQuery } from '@/lib/status-pages'
import { useWorkspace } from '@/lib/workspace'

interface Props {
  legend: string
  chosen: readonly string[]
  onChange: (pageIds: string[]) => void
}

/** Which status pages tell of it. */
export function PageChoice({ legend, chosen, onChange }: Props) {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const { data: pages } = useQuery(pagesQuery(id))
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      {pages?.length === 0 && <p className="text-subtle">{t('update.noPages')}</p>}
      {pages?.map((page) => (
        <CheckField
          key={page.id}
          label={page.title}
          checked={chosen.includes(page.id)}
          onChange={({ target }) => {
            onChange(target.checked ? [...chosen, page.id] : chosen.filter((each) => each !== page.id))
          }}
        />
      ))}
    </fieldset>
  )
}
