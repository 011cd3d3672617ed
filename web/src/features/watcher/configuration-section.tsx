import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { Facts } from './facts'
import { Section } from '@/components/section'

const MASK = '********'

/** How it is watched, in short. */
export function ConfigurationSection({ watcher }: { watcher: WatcherPublic }) {
  const { t } = useTranslation('watcher')
  const format = useFormat()
  const options = Object.entries(watcher.options).filter(([, value]) => isSaid(value))
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
          ...options.map(([name, value]) => [name, shown(value, t('configuration.secret'))] as const),
          ...(watcher.missed_slots > 0
            ? ([[t('configuration.missed'), format.number(watcher.missed_slots)]] as const)
            : []),
          [t('configuration.made'), format.dateTime(watcher.created_at)],
        ]}
      />
    </Section>
  )
}

function isSaid(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

function shown(value: unknown, secret: string): string {
  if (value === MASK) return secret
  if (typeof value === 'object' && value !== null) return Object.keys(value).join(', ')
  return String(value)
}
