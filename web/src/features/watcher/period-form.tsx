import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { useTimeZone } from '@/lib/time-zone'
import { fromWall, toWall } from '@/lib/wall-time'
import { windowOf, type WatcherSearch } from './search'
import { useSearchSetter } from './use-search-setter'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  search: WatcherSearch
}

/** A period of one's own, for the charts and the checks. */
export function PeriodForm({ open, onOpenChange, search }: Props) {
  const { t } = useTranslation('watcher')
  const zone = useTimeZone()
  const setSearch = useSearchSetter()
  const [shown] = useState(() => windowOf(search, Date.now()))
  const [from, setFrom] = useState(() => toWall(shown.from, zone))
  const [to, setTo] = useState(() => toWall(shown.to, zone))
  const wrong = from >= to
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('period.title')}
      description={t('period.text', { zone })}
    >
      <form
        className="mt-4 grid gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (wrong || !from || !to) return
          setSearch({ from: fromWall(from, zone), to: fromWall(to, zone) })
          onOpenChange(false)
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('period.from')}>
            {(ids) => (
              <Input
                {...ids}
                type="datetime-local"
                value={from}
                onChange={({ target }) => {
                  setFrom(target.value)
                }}
              />
            )}
          </Field>
          <Field label={t('period.to')} error={wrong ? t('period.wrong') : undefined}>
            {(ids) => (
              <Input
                {...ids}
                type="datetime-local"
                value={to}
                onChange={({ target }) => {
                  setTo(target.value)
                }}
              />
            )}
          </Field>
        </div>
        <div className="flex justify-end gap-2">
          {search.from !== undefined && (
            <Button
              onClick={() => {
                setSearch({ from: undefined, to: undefined })
                onOpenChange(false)
              }}
            >
              {t('range.reset')}
            </Button>
          )}
          <Button type="submit" variant="primary" aria-disabled={wrong}>
            {t('period.show')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
