import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, UserRoundCheck, UserRoundX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { RotationPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Empty } from '@/components/empty'
import { useFormat } from '@/lib/format'
import { useMay, useWorkspace } from '@/lib/workspace'
import { AlertsFrame } from './alerts-frame'
import { Listing } from './listing'
import { REFRESH_MS, rotationsQuery } from './queries'
import { weekdayName } from './weekdays'

/** Who is on call now, in every rotation. */
export function OnCallPage() {
  const { t } = useTranslation('alerting')
  const { id, slug } = useWorkspace()
  const may = useMay('admin')
  const rotations = useQuery({ ...rotationsQuery(id), refetchInterval: REFRESH_MS })
  const add = may && (
    <Button asChild variant="primary">
      <Link to="/w/$workspace/alerts/on-call/new" params={{ workspace: slug }}>
        <Plus aria-hidden />
        {t('addRotation')}
      </Link>
    </Button>
  )
  return (
    <AlertsFrame part="onCall" actions={rotations.data?.length ? add : undefined}>
      <Listing
        query={rotations}
        label={t('parts.onCall')}
        empty={
          <Empty icon={UserRoundCheck} title={t('empty.onCall')} action={add}>
            <p>{t('empty.onCallText')}</p>
          </Empty>
        }
      >
        {(rotation) => <RotationRow key={rotation.id} rotation={rotation} />}
      </Listing>
    </AlertsFrame>
  )
}

function RotationRow({ rotation }: { rotation: RotationPublic }) {
  const { t } = useTranslation('alerting')
  const { slug } = useWorkspace()
  const format = useFormat()
  const { now, handover_time: time, time_zone: zone } = rotation
  const day = weekdayName(format.language, rotation.handover_weekday, 'long')
  const Icon = now.user ? UserRoundCheck : UserRoundX
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <Link
          to="/w/$workspace/alerts/on-call/$rotationId"
          params={{ workspace: slug, rotationId: rotation.id }}
          className="font-medium wrap-anywhere hover:underline"
        >
          {rotation.name}
        </Link>
        <p className="text-subtle">
          {rotation.every === 'week' ? t('turns.week', { day, time, zone }) : t('turns.day', { time, zone })}
        </p>
      </div>
      <div className="min-w-0">
        <p className="flex items-center gap-2 font-medium">
          <Icon aria-hidden className={now.user ? 'size-4 text-healthy-fg' : 'size-4 text-down-fg'} />
          {now.user ? t('onCallNow', { name: now.user.name }) : t('nobodyOnCall')}
          {now.override_id !== null && <span className="font-normal text-subtle">{t('byOverride')}</span>}
        </p>
        {now.until !== null && (
          <p className="text-subtle">
            {now.next
              ? t('untilThen', { time: format.shortDateTime(now.until), name: now.next.name })
              : t('until', { time: format.shortDateTime(now.until) })}
          </p>
        )}
      </div>
    </li>
  )
}
