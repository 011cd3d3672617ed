import { Controller, useFormContext, type FieldError, type Merge } from 'react-hook-form'
import { useQuery } from '@tanstack/react-query'
import { WatcherChoice } from '@/components/watcher-choice'
import { watchersQuery } from '@/lib/watchers'
import { useWorkspace } from '@/lib/workspace'
import type { FormValues } from './model'
import { useTexts } from './use-texts'

const MOST = 20

/** Which watchers this one needs: while one of them is down nobody is told of this one. */
export function DependsOnField({ watcherId }: { watcherId: string | undefined }) {
  const { t } = useTexts()
  const { id } = useWorkspace()
  const { data: watchers = [] } = useQuery(watchersQuery(id))
  const { control, formState } = useFormContext<FormValues>()
  const nameOf = (wanted: string) => watchers.find((each) => each.id === wanted)?.name
  return (
    <Controller
      control={control}
      name="depends_on"
      rules={{
        validate: (chosen) => (chosen.length > MOST ? t('dependsOnMost', { count: MOST }) : undefined),
      }}
      render={({ field: { value, onChange } }) => (
        <WatcherChoice
          legend={t('dependsOn')}
          hint={t('dependsOnHint')}
          chosen={value}
          onChange={onChange}
          except={watcherId === undefined ? [] : [watcherId]}
          error={refusal(formState.errors.depends_on, value.map(nameOf))}
        />
      )}
    />
  )
}

type Refused = Merge<FieldError, (FieldError | undefined)[]> | undefined

/** What is wrong with all of them, or with the first that the API refused by its place, named. */
function refusal(errors: Refused, names: (string | undefined)[]): string | undefined {
  if (!Array.isArray(errors)) return errors?.message
  const place = errors.findIndex(Boolean)
  const message = (errors[place] as FieldError | undefined)?.message
  return message && `${names[place] ?? ''} ${message}`.trim()
}
