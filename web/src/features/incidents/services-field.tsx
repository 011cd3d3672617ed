import { useTranslation } from 'react-i18next'
import type { ComponentImpact } from '@/client/types.gen'
import { WatcherChoice } from '@/components/watcher-choice'
import { ImpactSelect } from './selects'

interface Props {
  legend: string
  value: readonly ComponentImpact[]
  onChange: (components: ComponentImpact[]) => void
  error?: string
  /** Those that cannot be chosen. */
  except?: readonly string[]
}

/** Which services, and what it means for each. */
export function ServicesField({ legend, value, onChange, error, except }: Props) {
  const { t } = useTranslation('incidents')
  const impactOf = (id: string) => value.find(({ watcher_id }) => watcher_id === id)?.impact ?? 'down'
  return (
    <WatcherChoice
      legend={legend}
      error={error}
      except={except}
      chosen={value.map(({ watcher_id }) => watcher_id)}
      onChange={(ids) => {
        onChange(ids.map((watcher_id) => ({ watcher_id, impact: impactOf(watcher_id) })))
      }}
      beside={({ id, name }) => (
        <ImpactSelect
          className="w-auto"
          aria-label={t('new.impactOn', { name })}
          value={impactOf(id)}
          onChange={({ target }) => {
            const impact = target.value as ComponentImpact['impact']
            onChange(value.map((each) => (each.watcher_id === id ? { ...each, impact } : each)))
          }}
        />
      )}
    />
  )
}
