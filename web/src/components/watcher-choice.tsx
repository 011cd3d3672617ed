import { useQuery } from '@tanstack/react-query'
import { useId, useState, type ReactNode, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { watchersQuery } from '@/lib/watchers'
import { useWorkspace } from '@/lib/workspace'
import { CheckField } from './check-field'
import { ErrorView } from './error-view'
import { Described } from './field'
import { Input } from './input'
import { Skeleton } from './skeleton'

// From so many on, searching is quicker than looking.
const MANY = 7

interface Props {
  /** What gets the focus where it is refused. */
  ref?: Ref<HTMLFieldSetElement>
  legend: string
  chosen: readonly string[]
  onChange: (watcherIds: string[]) => void
  hint?: string
  error?: string
  /** Those that cannot be chosen. */
  except?: readonly string[]
  /** Beside a watcher that is chosen. */
  beside?: (watcher: WatcherPublic) => ReactNode
}

/** Which watchers: a list to search and check. */
export function WatcherChoice({ ref, legend, chosen, onChange, hint, error, except, beside }: Props) {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const { data, error: failure, refetch } = useQuery(watchersQuery(id))
  const watchers = data?.filter((watcher) => !except?.includes(watcher.id))
  const ids = useId()
  const described = [hint && `${ids}-hint`, error && `${ids}-error`].filter(Boolean).join(' ')
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const found = watchers?.filter(({ name, url }) => `${name} ${url}`.toLowerCase().includes(wanted))
  return (
    <fieldset
      ref={ref}
      className="grid gap-2"
      tabIndex={-1}
      aria-describedby={described || undefined}
      data-invalid={error ? true : undefined}
    >
      <legend className="mb-1.5 font-medium">
        {legend}
        {chosen.length > 0 && (
          <span className="ml-2 font-normal text-subtle">{t('new.chosen', { count: chosen.length })}</span>
        )}
      </legend>
      {!watchers && failure && <ErrorView error={failure} onRetry={() => void refetch()} />}
      {!watchers && !failure && <Skeleton className="h-20" />}
      {watchers && watchers.length >= MANY && (
        <Input
          type="search"
          aria-label={t('new.search')}
          placeholder={t('new.search')}
          value={search}
          onChange={({ target }) => {
            setSearch(target.value)
          }}
        />
      )}
      {watchers?.length === 0 && <p className="text-subtle">{t('new.noServices')}</p>}
      {found && found.length > 0 && (
        <ul className="max-h-72 divide-y overflow-auto rounded-md border">
          {found.map((watcher) => {
            const on = chosen.includes(watcher.id)
            return (
              <li key={watcher.id} className="flex min-h-11 items-center justify-between gap-3 px-3 py-1.5">
                <CheckField
                  label={watcher.name}
                  checked={on}
                  onChange={({ target }) => {
                    onChange(
                      target.checked ? [...chosen, watcher.id] : chosen.filter((each) => each !== watcher.id),
                    )
                  }}
                />
                {on && beside?.(watcher)}
              </li>
            )
          })}
        </ul>
      )}
      <Described id={ids} hint={hint} error={error} />
    </fieldset>
  )
}
