import { useQuery } from '@tanstack/react-query'
import { Controller, useFormContext, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { tagsListOptions } from '@/client/@tanstack/react-query.gen'
import { messageIn } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { CheckField } from './check-field'
import { WatcherChoice } from './watcher-choice'

/** The part of a form that says which watchers it is about. */
export interface Covers {
  all_watchers: boolean
  tags: string[]
  watcher_ids: string[]
}

/** What it covers: every watcher, or those with a tag and those chosen. */
export function CoversFields() {
  const { t } = useTranslation('maintenance')
  const { id: workspace_id } = useWorkspace()
  const { control, setValue, formState } = useFormContext<Covers>()
  const all = useWatch({ control, name: 'all_watchers' })
  const { data: tags = [] } = useQuery(tagsListOptions({ path: { workspace_id } }))
  const choose = (every: boolean) => () => {
    setValue('all_watchers', every, { shouldDirty: true })
  }
  const coversSome = (chosen: string[], { all_watchers, tags: tagged }: Covers) =>
    all_watchers || tagged.length + chosen.length > 0 || t('covers.choose')
  const refused =
    formState.errors.all_watchers?.message ??
    messageIn(formState.errors.watcher_ids) ??
    formState.errors.tags?.message
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1.5 font-medium">{t('field.covers')}</legend>
      <CheckField type="radio" label={t('covers.all')} checked={all} onChange={choose(true)} />
      <CheckField type="radio" label={t('covers.some')} checked={!all} onChange={choose(false)} />
      {!all && (
        <div className="grid gap-4 pl-6">
          {tags.length > 0 && (
            <Controller
              control={control}
              name="tags"
              rules={{ deps: ['watcher_ids'] }}
              render={({ field: { value, onChange } }) => (
                <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
                  <legend className="mb-1.5 font-medium">{t('field.tags')}</legend>
                  {tags.map(({ name }) => (
                    <CheckField
                      key={name}
                      label={name}
                      checked={value.includes(name)}
                      onChange={({ target }) => {
                        onChange(target.checked ? [...value, name] : value.filter((each) => each !== name))
                      }}
                    />
                  ))}
                </fieldset>
              )}
            />
          )}
          <Controller
            control={control}
            name="watcher_ids"
            rules={{ validate: coversSome }}
            render={({ field }) => (
              <WatcherChoice
                ref={field.ref}
                legend={t('field.watchers')}
                chosen={field.value}
                onChange={field.onChange}
                error={refused}
              />
            )}
          />
        </div>
      )}
    </fieldset>
  )
}
