import { useQuery } from '@tanstack/react-query'
import { useFormContext, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Section } from '@/components/section'
import { useFormat } from '@/lib/format'
import { useTimeZone } from '@/lib/time-zone'
import { useSettled } from '@/lib/use-settled'
import { useWorkspace } from '@/lib/workspace'
import { whenOf, type Draft } from './draft'
import { previewQuery } from './queries'
import { useWindowWords } from './use-words'

/** When it will be, as the server reads the form; in the reader's own time. */
export function Preview() {
  const { t } = useTranslation('maintenance')
  const { id } = useWorkspace()
  const { control } = useFormContext<Draft>()
  const draft = useWatch({ control })
  const format = useFormat()
  const words = useWindowWords()
  const zone = useTimeZone()
  const asked = useSettled(JSON.stringify(whenOf(draft as Draft)))
  const { data, error } = useQuery({
    ...previewQuery(id, JSON.parse(asked) as ReturnType<typeof whenOf>),
    retry: false,
  })
  return (
    <Section title={t('preview.title')} className="xl:sticky xl:top-5">
      <div aria-live="polite" className="grid gap-2">
        {error && <p className="text-down-fg">{error.fields[0]?.message ?? error.message}</p>}
        {!error && data?.occurrences.length === 0 && <p className="text-muted">{t('preview.never')}</p>}
        {!error && data && data.occurrences.length > 0 && (
          <>
            <p className="text-muted">{t('preview.zone', { zone })}</p>
            <ol className="grid gap-1">
              {data.occurrences.map((each) => (
                <li key={each.starts_at} className="flex flex-wrap justify-between gap-x-3 tabular">
                  <span>{words.time(each)}</span>
                  {each.ends_at && (
                    <span className="text-subtle">
                      {format.duration((Date.parse(each.ends_at) - Date.parse(each.starts_at)) / 1000)}
                    </span>
                  )}
                </li>
              ))}
            </ol>
          </>
        )}
        <p className="text-subtle">{t('preview.means')}</p>
      </div>
    </Section>
  )
}
