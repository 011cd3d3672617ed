import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Input, Select } from '@/components/input'
import { SORTS, type OverviewSearch, type Sort } from './search'

const TYPING_MS = 150

interface Props {
  search: OverviewSearch
  tags: string[]
  onChange: (changed: OverviewSearch) => void
}

/** Search, tag, order, grouping; all of it is in the address. `/` comes here. */
export function FilterBar({ search, tags, onChange }: Props) {
  const { t } = useTranslation('overview')
  const asked = search.q ?? ''
  const [text, setText] = useState(asked)
  const [seen, setSeen] = useState(asked)
  // The address may change by going back, too.
  if (seen !== asked) {
    setSeen(asked)
    setText(asked)
  }
  useEffect(() => {
    if (text === asked) return
    const timer = setTimeout(() => {
      setSeen(text)
      onChange({ q: text === '' ? undefined : text })
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [text, asked, onChange])
  return (
    <div className="mb-3 grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
      <Input
        id="overview-search"
        type="search"
        value={text}
        aria-label={t('search')}
        placeholder={t('search')}
        className="col-span-2 sm:max-w-72 sm:min-w-36 sm:flex-1 sm:basis-0"
        onChange={({ target }) => {
          setText(target.value)
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Escape') currentTarget.blur()
        }}
      />
      {tags.length > 0 && (
        <Select
          value={search.tag ?? ''}
          aria-label={t('tag')}
          className="sm:w-auto sm:shrink-0"
          onChange={({ target }) => {
            onChange({ tag: target.value === '' ? undefined : target.value })
          }}
        >
          <option value="">{t('everyTag')}</option>
          {tags.map((tag) => (
            <option key={tag}>{tag}</option>
          ))}
        </Select>
      )}
      <Select
        value={search.sort ?? 'worst'}
        aria-label={t('sort')}
        className="sm:w-auto sm:shrink-0"
        onChange={({ target }) => {
          const sort = SORTS.find((each): each is Sort => each === target.value)
          onChange({ sort: sort === 'worst' ? undefined : sort })
        }}
      >
        {SORTS.map((each) => (
          <option key={each} value={each}>
            {t(`sorts.${each}`)}
          </option>
        ))}
      </Select>
      {tags.length > 0 && (
        <label className="flex items-center gap-2 px-1 text-muted">
          <input
            type="checkbox"
            checked={search.grouped ?? false}
            className="size-4 shrink-0 accent-accent"
            onChange={({ target }) => {
              onChange({ grouped: target.checked ? true : undefined })
            }}
          />
          {t('grouped')}
        </label>
      )}
    </div>
  )
}
