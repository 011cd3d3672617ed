import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Select } from '@/components/input'
import { membersQuery } from '@/lib/members'
import { useWorkspace } from '@/lib/workspace'
import { DAYS, KINDS, type AuditSearch } from './audit-search'

interface Props {
  search: AuditSearch
  onChange: (changed: AuditSearch) => void
}

/** Which rows are shown; all of it is in the address. */
export function AuditFilters({ search, onChange }: Props) {
  const { t } = useTranslation('audit')
  const { id } = useWorkspace()
  const { data: members = [] } = useQuery(membersQuery(id))
  const gone = search.person !== undefined && !members.some(({ user_id }) => user_id === search.person)
  const look = 'sm:w-auto sm:max-w-64'
  return (
    <div className="mb-4 grid grid-cols-1 gap-2 sm:flex sm:flex-wrap">
      <Select
        aria-label={t('filter.kind')}
        className={look}
        value={search.kind ?? ''}
        onChange={({ target }) => {
          onChange({ kind: KINDS.find((each) => each === target.value) })
        }}
      >
        <option value="">{t('filter.everyKind')}</option>
        {KINDS.map((each) => (
          <option key={each} value={each}>
            {t(`kind.${each}`)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t('filter.person')}
        className={look}
        value={search.person ?? ''}
        onChange={({ target }) => {
          onChange({ person: target.value === '' ? undefined : target.value })
        }}
      >
        <option value="">{t('filter.everybody')}</option>
        {gone && <option value={search.person}>{t('filter.gone')}</option>}
        {members.map(({ user_id, email }) => (
          <option key={user_id} value={user_id}>
            {email}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t('filter.days')}
        className={look}
        value={search.days ?? ''}
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
