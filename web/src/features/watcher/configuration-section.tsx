import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { Facts } from './facts'
import { Parents } from './parents'
import { useOptionWords } from './use-option-words'
import { Section } from '@/components/section'

/** How it is watched, in short. */
export function ConfigurationSection({ watcher }: { watcher: WatcherPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const wordsOf = useOptionWords(watcher.kind)
  return (
    <Section title={t('configuration.title')}>
      <Facts
        facts={[
          [t('configuration.every'), t(`cadence.${watcher.every_unit}`, { count: watcher.every_value })],
          [t('configuration.status'), watcher.expected_status],
          ...(watcher.expected_body === null
            ? []
            : ([
                [
                  t('configuration.body'),
                  <code key="body" className="text-xs">
                    {watcher.expected_body}
                  </code>,
                ],
              ] as const)),
          [t('configuration.timeout'), format.milliseconds(watcher.timeout_ms)],
          [
            t('configuration.degradedAfter'),
            watcher.degraded_after_ms === null
              ? t('configuration.never')
              : format.milliseconds(watcher.degraded_after_ms),
          ],
          [t('configuration.downAfter'), t('configuration.checks', { count: watcher.failure_threshold })],
          [t('configuration.upAfter'), t('configuration.checks', { count: watcher.recovery_threshold })],
          ...wordsOf(watcher.options),
          ...(watcher.depends_on.length > 0
            ? ([[t('configuration.needs'), <Parents key="needs" ids={watcher.depends_on} />]] as const)
            : []),
          ...(watcher.missed_slots > 0
            ? ([[t('configuration.missed'), format.number(watcher.missed_slots)]] as const)
            : []),
          [t('configuration.made'), format.dateTime(watcher.created_at)],
        ]}
      />
    </Section>
  )
}
