import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'
import { MIN_LENGTH, strengthOf } from './strength-of'

const STEPS = [1, 2, 3] as const
const LEVEL = { short: 0, guessable: 1, fair: 2, strong: 3 } as const
const COLOUR = {
  short: 'bg-down-solid',
  guessable: 'bg-down-solid',
  fair: 'bg-degraded-solid',
  strong: 'bg-healthy-solid',
} as const

/** How long a password withstands guessing, in words and as a bar; the rules while there is none. */
export function Strength({ password, about }: { password: string; about: string[] }) {
  const { t } = useTranslation('profile')
  if (!password) return <>{t('passwordHint')}</>
  const strength = strengthOf(password, about)
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="flex gap-1">
        {STEPS.map((step) => (
          <span
            key={step}
            className={cn('h-1 w-8 rounded-full', step <= LEVEL[strength] ? COLOUR[strength] : 'bg-line')}
          />
        ))}
      </span>
      <span role="status">{t(`strength.${strength}`, { count: MIN_LENGTH })}</span>
    </span>
  )
}
