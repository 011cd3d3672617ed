import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@/components/input'
import { SEVERITIES } from './search'

/** How bad it is. */
export function SeveritySelect(props: ComponentProps<'select'>) {
  const { t } = useTranslation('incidents')
  return (
    <Select {...props}>
      {SEVERITIES.map((each) => (
        <option key={each} value={each}>
          {t(`severity.${each}`)}
        </option>
      ))}
    </Select>
  )
}

/** What it means for one service. */
export function ImpactSelect(props: ComponentProps<'select'>) {
  const { t } = useTranslation('incidents')
  return (
    <Select {...props}>
      {(['none', 'degraded', 'down'] as const).map((each) => (
        <option key={each} value={each}>
          {t(`impact.${each}`)}
        </option>
      ))}
    </Select>
  )
}
