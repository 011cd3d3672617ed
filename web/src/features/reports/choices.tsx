import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Field } from '@/components/field'
import { Select } from '@/components/input'
import { TimeZoneSelect } from '@/components/time-zone-select'
import { useFormat } from '@/lib/format'
import { dateFormat } from '@/lib/intl'
import { pagesQuery } from '@/lib/status-pages'
import { useNow } from '@/lib/use-now'
import { useTimeZone } from '@/lib/time-zone'
import { useWorkspace } from '@/lib/workspace'
import { lastMonths, type ReportsSearch } from './search'

const HOUR_MS = 3_600_000

interface Props {
  search: ReportsSearch
  month: string
  onChange: (changed: ReportsSearch) => void
}

/** Which month, of what, by whose calendar; all of it is in the address. */
export function Choices({ search, month, onChange }: Props) {
  const { t } = useTranslation('reports')
  const { language } = useFormat()
  const { id } = useWorkspace()
  const ownZone = useTimeZone()
  const { data: pages = [] } = useQuery(pagesQuery(id))
  const months = lastMonths(useNow(HOUR_MS), ownZone)
  const named = (each: string) =>
    dateFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${each}-01T00:00:00Z`),
    )
  return (
    <div className="mb-5 grid gap-3 sm:grid-cols-3 lg:max-w-3xl">
      <Field label={t('month')}>
        {(ids) => (
          <Select
            {...ids}
            value={month}
            onChange={({ target }) => {
              onChange({ month: target.value })
            }}
          >
            {(months.includes(month) ? months : [month, ...months]).map((each) => (
              <option key={each} value={each}>
                {named(each)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('page')}>
        {(ids) => (
          <Select
            {...ids}
            value={search.page ?? ''}
            onChange={({ target }) => {
              onChange({ page: target.value === '' ? undefined : target.value, zone: undefined })
            }}
          >
            <option value="">{t('workspace')}</option>
            {pages.map((page) => (
              <option key={page.id} value={page.id}>
                {page.title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('zone')}>
        {(ids) => (
          <TimeZoneSelect
            {...ids}
            also={search.zone ?? ownZone}
            value={search.zone ?? (search.page === undefined ? ownZone : '')}
            onChange={({ target }) => {
              onChange({ zone: target.value === '' ? undefined : target.value })
            }}
          >
            {search.page !== undefined && <option value="">{t('pageZone')}</option>}
          </TimeZoneSelect>
        )}
      </Field>
    </div>
  )
}
