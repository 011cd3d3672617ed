import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { PolicyPublic, StepPublic } from '@/client/types.gen'
import { useFormat } from '@/lib/format'
import { membersQuery } from '@/lib/members'
import { useWorkspace } from '@/lib/workspace'
import { channelsQuery, kindsQuery, rotationsQuery } from './queries'

/** Everybody a policy may name, and its steps in words. */
export function useTargets() {
  const { t } = useTranslation('alerting')
  const { id } = useWorkspace()
  const format = useFormat()
  const channels = useQuery(channelsQuery(id)).data
  const rotations = useQuery(rotationsQuery(id)).data
  const members = useQuery(membersQuery(id)).data
  const mail = useQuery(kindsQuery).data?.mail_configured
  const named = <Item>(
    items: readonly Item[] | undefined,
    idOf: (item: Item) => string,
    nameOf: (item: Item) => string,
  ) => new Map(items?.map((each) => [idOf(each), nameOf(each)]))
  const names = {
    channel_ids: named(
      channels,
      (each) => each.id,
      (each) => each.name,
    ),
    rotation_ids: named(
      rotations,
      (each) => each.id,
      (each) => each.name,
    ),
    user_ids: named(
      members,
      (each) => each.user_id,
      (each) => each.full_name || each.email,
    ),
  }
  const working = new Set(channels?.filter(({ enabled, usable }) => enabled && usable).map((each) => each.id))
  const who = (step: Omit<StepPublic, 'after_s'>): string => {
    const parts = [
      ...step.channel_ids.map((each) => names.channel_ids.get(each)),
      ...step.rotation_ids.map((each) => {
        const name = names.rotation_ids.get(each)
        return name && t('ladder.onCall', { name })
      }),
      ...step.user_ids.map((each) => {
        const name = names.user_ids.get(each)
        return name && t('ladder.mail', { name })
      }),
      step.owners ? t('ladder.owners') : undefined,
    ].filter((each) => each !== undefined)
    return parts.length > 0 ? parts.join(', ') : t('ladder.nobody')
  }
  return {
    names,
    loaded: channels !== undefined && rotations !== undefined && members !== undefined && mail !== undefined,
    who,
    /** `after 10 min without acknowledgement` */
    when: (afterS: number) =>
      afterS === 0 ? t('ladder.now') : t('ladder.after', { time: format.duration(afterS) }),
    /** Whether any message of the policy can leave. */
    reaches: ({ steps }: Pick<PolicyPublic, 'steps'>) =>
      steps.some(
        (step) =>
          step.channel_ids.some((each) => working.has(each)) ||
          (mail === true &&
            (step.owners ||
              step.user_ids.some((each) => names.user_ids.has(each)) ||
              step.rotation_ids.some((each) => names.rotation_ids.has(each)))),
      ),
    /** Whether it needs mail of the operator's server, which is not set up. */
    lacksMail: ({ steps }: Pick<PolicyPublic, 'steps'>) =>
      mail === false &&
      steps.some(({ user_ids, rotation_ids, owners }) => owners || user_ids.length + rotation_ids.length > 0),
  }
}
