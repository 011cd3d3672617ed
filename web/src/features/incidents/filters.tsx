import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Select } from '@/components/input'
import { watchersQuery } from '@/lib/watchers'
import { useWorkspace } from '@/lib/workspace'
import { DAYS, SEVERITIES, STATUSES, type IncidentsSearch } from './search'

interface Props {
  search: IncidentsSearch
  onChange: (changed: IncidentsSearch) => void
}

/** Which incidents are listed; all of it is in the address. */
export function Filters({ search, onChange }: Props) {
  const { t } = useTranslation('incidents')
  const { id } = useWorkspace()
  const { data: watchers = [] } = useQuery(watchersQuery(id))
  const look = 'sm:w-auto sm:max-w-56 sm:shrink-0'
  return (
    <div className="mb-4 grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
      <Select
        aria-label={t('filter.status')}
        value={search.status ?? ''}
        className={look}
        onChange={({ target }) => {
          onChange({ status: STATUSES.find((each) => each === target.value) })
        }}
      >
        <option value="">{t('filter.statuses.all')}</option>
        {STATUSES.map((each) => (
          <option key={each} value={each}>
            {t(`filter.statuses.${each}`)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t('filter.severity')}
        value={search.severity ?? ''}
        className={look}
        onChange={({ target }) => {
          onChange({ severity: SEVERITIES.find((each) => each === target.value) })
        }}
      >
        <option value="">{t('filter.everySeverity')}</option>
        {SEVERITIES.map((each) => (
          <option key={each} value={each}>
            {t(`severity.${each}`)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t('filter.watcher')}
        value={search.watcher ?? ''}
        className={look}
        onChange={({ target }) => {
          onChange({ watcher: target.value === '' ? undefined : target.value })
        }}
      >
        <option value="">{t('filter.everyWatcher')}</option>
        {watchers.map(({ id: watcherId, name }) => (
          <option key={watcherId} value={watcherId}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t('filter.days')}
        value={search.days ?? ''}
        className={look}
        onChange={({ target }) => {
          onChange({ days: DAYS.find((each) => each === Number(target.value)) })
        }}
      >
        <option value="">{t('filter.anyTime')}</option>
        {DAYS.map((each) => (
          <option key={each} value={each}>
            {t('filter.lastDays', { count: each })}
          </option>
        ))}
      </Select>
    </div>
  )
}
