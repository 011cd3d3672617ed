import type { ComponentProps } from 'react'
import { timeZones } from '@/lib/time-zone'
import { Select } from './input'

interface Props extends ComponentProps<'select'> {
  /** Is offered although this browser does not know it. */
  also?: string | null
}

/** The time zones there are; further choices come first, as children. */
export function TimeZoneSelect({ also, children, ...props }: Props) {
  return (
    <Select {...props}>
      {children}
      {timeZones(also).map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll('_', ' ')}
        </option>
      ))}
    </Select>
  )
}
