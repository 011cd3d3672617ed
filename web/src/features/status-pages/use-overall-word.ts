import { useTranslation } from 'react-i18next'
import type { State } from '@/components/state-mark'

// As the public page counts: paused services have no say in the state.
const WORST_FIRST = ['down', 'degraded', 'unknown', 'maintenance', 'healthy', 'pending'] as const

/** The state of all services together and what the page says of it; nothing of no service. */
export function useOverallWord(states: State[]): { state: State; word: string } | undefined {
  const { t } = useTranslation('statusPages')
  if (states.length === 0) return undefined
  const state = WORST_FIRST.find((each) => states.includes(each))
  if (state === undefined) return { state: 'paused', word: t('preview.overall.paused') }
  if (state !== 'down') return { state, word: t(`preview.overall.${state}`) }
  const down = states.filter((each) => each === 'down').length
  const all = states.length
  return {
    state,
    word:
      down === all
        ? t(all === 1 ? 'preview.overall.onlyDown' : 'preview.overall.allDown')
        : t('preview.overall.down', { count: down, all }),
  }
}
